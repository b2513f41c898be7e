import { ArgsType, Field, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsInt, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { DateTime } from '../graphql/date-time.scalar.js';
import { Cursor, PageSize } from '../graphql/page-arguments.js';
import { AUDIT_EVENT_KINDS } from './audit-event-kinds.js';
import type { AuditEvent } from './audit-event.js';

@InputType({ description: 'Narrows the audit. All parameters that are given must hold.' })
export class AuditFilterInput {
  @Field(() => [String], { nullable: true, description: 'Kinds of event, e.g. `search`; docs/audit.md has them.' })
  @IsOptional()
  @ArrayMaxSize(100)
  @IsIn(AUDIT_EVENT_KINDS, { each: true })
  kinds?: AuditEvent['kind'][] | null;

  @Field(() => String, { nullable: true, description: 'Whoever acted: an account, or `administrator` or `approver`.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  viewer?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'At this time or later.' })
  @IsOptional()
  @IsInt()
  from?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this time.' })
  @IsOptional()
  @IsInt()
  to?: number | null;
}

@ArgsType()
export class AuditLogArgs {
  @Field(() => AuditFilterInput, { nullable: true, description: 'All events if not given.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => AuditFilterInput)
  filter?: AuditFilterInput | null;

  @PageSize('1 to 100. A page may hold fewer though there are more: go on with `endCursor` while `hasNextPage`.')
  first!: number;

  @Cursor(20)
  after?: string | null;
}
