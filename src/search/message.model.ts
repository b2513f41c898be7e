import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import type { Message, MessageVersion, Quoted, RawRecord, Recall, StoredMessage, TimeBasis } from '../domain/message.js';
import type { AttachmentState, ConversationKind, DateState, MessageKind, Platform, SourceKind, WarningCode } from '../domain/values.js';
import {
  AttachmentStateEnum,
  ConversationKindEnum,
  DateStateEnum,
  MessageKindEnum,
  PlatformEnum,
  SourceKindEnum,
  WarningCodeEnum,
} from '../filter/enums.js';
import { DateTime } from '../graphql/date-time.scalar.js';
import { JsonObject } from '../graphql/json-object.scalar.js';

@ObjectType('MessageSource', { description: 'A copy of a message: where exactly its record stood.' })
export class MessageSourceModel {
  @Field({ description: 'The capture stream.' })
  source!: string;

  @Field({ description: 'SHA-256 of the raw record, hex.' })
  sha256!: string;

  @Field({ description: 'The archive file.' })
  file!: string;

  @Field(() => Int, { description: 'Line in the file, or ordinal of the record; from 1.' })
  line!: number;

  @Field(() => ID)
  importRunId!: string;

  @Field(() => SourceKindEnum, { description: 'Whether the record tells the message, or that it was recalled.' })
  kind!: SourceKind;

  @Field(() => String, { nullable: true, description: 'Place in the order of the stream, in digits, where the stream counts.' })
  sequence!: string | null;
}

@ObjectType('TimeBasis', { description: 'Where the time of a message came from.' })
export class TimeBasisModel implements TimeBasis {
  @Field({ description: 'The value as it stood in the record.' })
  value!: string;

  @Field(() => String, { nullable: true, description: 'Offset or zone that was read or assumed.' })
  zone!: string | null;

  @Field(() => String, { description: 'iso, ms, s or none.' })
  unit!: TimeBasis['unit'];

  @Field({ description: 'Whether zone or unit were assumed.' })
  assumed!: boolean;
}

@ObjectType('Quoted', { description: 'The message that this one answers.' })
export class QuotedModel implements Quoted {
  @Field()
  text!: string;

  @Field(() => String, { nullable: true })
  author!: string | null;

  @Field(() => ID, { nullable: true })
  nativeId!: string | null;
}

@ObjectType('MessagePart', { description: 'One piece of a merged forward or a mixed message.' })
export class MessagePartModel {
  @Field(() => MessageKindEnum)
  kind!: MessageKind;

  @Field()
  text!: string;

  @Field(() => DateTime, { nullable: true })
  sentAt!: number | null;

  @Field(() => String, { nullable: true })
  senderName!: string | null;

  @Field(() => [MessagePartModel])
  parts!: readonly MessagePartModel[];
}

@ObjectType('Attachment')
export class AttachmentModel {
  @Field(() => ID, { description: 'Stable inside the message.' })
  id!: string;

  @Field()
  name!: string;

  @Field(() => String, { nullable: true })
  mime!: string | null;

  @Field(() => Number, { nullable: true, description: 'Bytes, as the record says.' })
  declaredSize!: number | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 as the record says, hex.' })
  declaredSha256!: string | null;

  @Field(() => String, { nullable: true, description: 'MD5 that the record declares.' })
  declaredMd5!: string | null;

  @Field(() => Number, { nullable: true, description: 'Bytes stored; null while they are missing.' })
  size!: number | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the stored bytes, hex.' })
  sha256!: string | null;

  @Field(() => AttachmentStateEnum)
  state!: AttachmentState;

  /** Shown to nobody. */
  token!: string | null;
}

@ObjectType('MessageVersion', { description: 'An earlier or conflicting text of a message.' })
export class MessageVersionModel implements MessageVersion {
  @Field()
  text!: string;

  @Field(() => DateTime, { nullable: true, description: 'When this text was written, if the archive says.' })
  at!: number | null;

  @Field(() => String, { nullable: true })
  by!: string | null;
}

@ObjectType('Recall', { description: 'The sender withdrew the message; its content may survive in the archive.' })
export class RecallModel implements Recall {
  @Field(() => DateTime, { nullable: true })
  at!: number | null;

  @Field(() => String, { nullable: true })
  by!: string | null;
}

@ObjectType('RawRecord', { description: 'A record as it stood in the archive file, character for character.' })
export class RawRecordModel implements RawRecord {
  @Field()
  sha256!: string;

  @Field()
  text!: string;
}

@ObjectType('Message', { description: 'One archived message.' })
export class MessageModel implements Omit<Message, 'parts'> {
  @Field(() => ID)
  id!: string;

  @Field({ description: 'Where the native id is unique, e.g. one WeCom corp.' })
  identitySpace!: string;

  @Field({ description: 'The id on its platform.' })
  nativeId!: string;

  @Field(() => PlatformEnum)
  platform!: Platform;

  @Field(() => MessageKindEnum)
  kind!: MessageKind;

  @Field(() => String, { nullable: true, description: 'The kind in the words of the platform.' })
  nativeType!: string | null;

  @Field(() => ID)
  conversationId!: string;

  @Field(() => String, { nullable: true })
  conversationName!: string | null;

  @Field(() => ConversationKindEnum)
  conversationKind!: ConversationKind;

  @Field(() => ID, { nullable: true })
  senderId!: string | null;

  @Field(() => String, { nullable: true })
  senderName!: string | null;

  @Field(() => [ID])
  recipientIds!: readonly string[];

  @Field(() => [ID], { description: 'Employees whose accounts are archived and who took part.' })
  custodianIds!: readonly string[];

  @Field(() => DateTime, { nullable: true })
  sentAt!: number | null;

  @Field(() => TimeBasisModel)
  sentAtBasis!: TimeBasisModel;

  @Field(() => DateStateEnum)
  dateState!: DateState;

  @Field()
  text!: string;

  @Field(() => DateTime, { nullable: true, description: 'When the current text was written, if it is an edit.' })
  editedAt!: number | null;

  @Field(() => QuotedModel, { nullable: true })
  quoted!: QuotedModel | null;

  @Field(() => [MessagePartModel])
  parts!: readonly MessagePartModel[];

  @Field(() => [AttachmentModel])
  attachments!: readonly AttachmentModel[];

  @Field(() => [MessageVersionModel], { description: 'Every other text that this message has had.' })
  versions!: readonly MessageVersionModel[];

  @Field(() => RecallModel, { nullable: true })
  recall!: RecallModel | null;

  @Field(() => [WarningCodeEnum])
  warnings!: readonly WarningCode[];

  @Field(() => JsonObject, { description: 'Keys of the record that the model has no place for, unchanged.' })
  extra!: Readonly<Record<string, unknown>>;

  @Field(() => [MessageSourceModel])
  sources!: readonly MessageSourceModel[];

  @Field(() => [ID], { description: 'The import runs that brought copies; `importRuns` tells of them.' })
  importRunIds!: readonly string[];

  @Field(() => [RawRecordModel], { description: 'Every distinct record of this message.' })
  raw!: readonly RawRecordModel[];
}

/** A stored message as the schema shows it. Every field is a plain property: nothing is computed per field. */
export function toMessageModel({ message, raws }: StoredMessage): MessageModel {
  return { ...message, raw: raws, importRunIds: [...new Set(message.sources.map((source) => source.importRunId))] };
}
