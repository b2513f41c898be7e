import { Field, Float, ID, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../graphql/date-time.scalar.js';
import { JsonObject } from '../graphql/json-object.scalar.js';
import { PageInfo } from '../graphql/page-info.model.js';

@ObjectType({ description: 'Something that was done. It names messages, runs, holds by their ids; no text, and nobody by name.' })
export class AuditLogEntry {
  @Field(() => ID, { description: 'Its block and its place in it.' })
  id!: string;

  @Field()
  kind!: string;

  @Field(() => DateTime)
  at!: number;

  @Field({ description: 'Whoever acted.' })
  viewer!: string;

  @Field(() => JsonObject, { description: 'The whole event.' })
  event!: unknown;
}

@ObjectType()
export class AuditLogEdge {
  @Field()
  cursor!: string;

  @Field(() => AuditLogEntry)
  node!: AuditLogEntry;
}

@ObjectType({ description: 'Events, the newest first.' })
export class AuditLogConnection {
  @Field(() => [AuditLogEdge])
  edges!: readonly AuditLogEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'What the audit was at a time, signed: its first events, all of them, and nothing else.' })
export class AuditCheckpoint {
  @Field({ description: 'Which audit.' })
  origin!: string;

  @Field(() => Float, { description: 'Events.' })
  treeSize!: number;

  @Field({ description: 'RFC 6962 root over them, hex.' })
  root!: string;

  @Field(() => DateTime)
  time!: number;

  @Field()
  keyId!: string;

  @Field({ description: 'Ed25519, hex.' })
  signature!: string;

  @Field({ description: 'The checkpoint as one line: what `holdfast audit verify --checkpoint` takes.' })
  text!: string;
}

@ObjectType({ description: 'That an event is in the audit as a checkpoint has it (RFC 6962).' })
export class AuditProof {
  @Field({ description: 'The leaf: canonical JSON of the event, its place and its block. Its hash is SHA-256 over a zero byte and this.' })
  leaf!: string;

  @Field(() => Float, { description: 'Events before it.' })
  index!: number;

  @Field(() => [String], { description: 'Hashes from the leaf upwards, hex.' })
  path!: readonly string[];

  @Field(() => AuditCheckpoint)
  checkpoint!: AuditCheckpoint;
}

@ObjectType({ description: 'That the newer checkpoint has all events of the older one, unchanged (RFC 6962).' })
export class AuditConsistency {
  @Field(() => AuditCheckpoint)
  older!: AuditCheckpoint;

  @Field(() => AuditCheckpoint)
  newer!: AuditCheckpoint;

  @Field(() => [String], { description: 'Hex.' })
  path!: readonly string[];
}
