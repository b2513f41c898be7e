import type { Message } from '../domain/message.js';
import { MEMBERSHIP_EVIDENCE, type MembershipEvidence } from '../domain/values.js';

/** When something was seen: over how many messages, and between which dated ones. */
export interface Sighting {
  readonly messageCount: number;
  /** UTC milliseconds; null without a dated message. */
  readonly firstSentAt: number | null;
  readonly lastSentAt: number | null;
}

/** Somebody who belongs to a conversation, by what its messages say. */
export interface KnownParticipant extends Sighting {
  readonly id: string;
  /** How many of the messages they wrote. */
  readonly sentCount: number;
  /** Every name they wrote under, the earliest first. */
  readonly names: readonly (Sighting & { readonly name: string })[];
  /** How it is known, in the order of the closed list. */
  readonly evidence: readonly (Sighting & { readonly kind: MembershipEvidence })[];
}

/** Collects who took part in a conversation, from its messages in any order. */
export class ParticipantCollector {
  private readonly people = new Map<string, Person>();

  add(message: Message): void {
    const seen = new Map<string, MembershipEvidence[]>();
    see(seen, message.senderId, 'sender');
    for (const id of message.recipientIds) see(seen, id, 'tolist');
    for (const id of message.custodianIds) see(seen, id, 'custodian');
    see(seen, message.recall?.by ?? null, 'recall');
    for (const [id, kinds] of seen) {
      const person = this.personOf(id);
      person.all.add(message.sentAt);
      for (const kind of kinds) sightingOf(person.evidence, kind).add(message.sentAt);
    }
    if (message.senderId && message.senderName) sightingOf(this.personOf(message.senderId).names, message.senderName).add(message.sentAt);
  }

  /** Those with most messages first, ties by id. */
  build(): KnownParticipant[] {
    return [...this.people]
      .map(([id, { all, names, evidence }]) => ({
        id,
        messageCount: all.messageCount,
        firstSentAt: all.firstSentAt,
        lastSentAt: all.lastSentAt,
        sentCount: evidence.get('sender')?.messageCount ?? 0,
        names: [...names]
          .map(([name, { messageCount, firstSentAt, lastSentAt }]) => ({ name, messageCount, firstSentAt, lastSentAt }))
          .sort(compareNames),
        evidence: MEMBERSHIP_EVIDENCE.flatMap((kind) => {
          const seen = evidence.get(kind);
          return seen === undefined
            ? []
            : [{ kind, messageCount: seen.messageCount, firstSentAt: seen.firstSentAt, lastSentAt: seen.lastSentAt }];
        }),
      }))
      .sort((left, right) => right.messageCount - left.messageCount || (left.id < right.id ? -1 : 1));
  }

  private personOf(id: string): Person {
    let person = this.people.get(id);
    if (person === undefined) {
      person = { all: new GrowingSighting(), names: new Map(), evidence: new Map() };
      this.people.set(id, person);
    }
    return person;
  }
}

interface Person {
  readonly all: GrowingSighting;
  readonly names: Map<string, GrowingSighting>;
  readonly evidence: Map<MembershipEvidence, GrowingSighting>;
}

class GrowingSighting implements Sighting {
  messageCount = 0;
  firstSentAt: number | null = null;
  lastSentAt: number | null = null;

  add(sentAt: number | null): void {
    this.messageCount += 1;
    if (sentAt === null) return;
    this.firstSentAt = Math.min(sentAt, this.firstSentAt ?? Infinity);
    this.lastSentAt = Math.max(sentAt, this.lastSentAt ?? -Infinity);
  }
}

/** An empty id names nobody. */
function see(seen: Map<string, MembershipEvidence[]>, id: string | null, kind: MembershipEvidence): void {
  if (id === null || id === '') return;
  const kinds = seen.get(id);
  if (kinds === undefined) seen.set(id, [kind]);
  else kinds.push(kind);
}

function sightingOf<Key>(sightings: Map<Key, GrowingSighting>, key: Key): GrowingSighting {
  let sighting = sightings.get(key);
  if (sighting === undefined) {
    sighting = new GrowingSighting();
    sightings.set(key, sighting);
  }
  return sighting;
}

function compareNames(left: Sighting & { readonly name: string }, right: Sighting & { readonly name: string }): number {
  return (left.firstSentAt ?? Infinity) - (right.firstSentAt ?? Infinity) || (left.name < right.name ? -1 : 1);
}
