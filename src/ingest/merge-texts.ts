import type { Message, MessageVersion } from '../domain/message.js';
import { compareStrings, latest } from './merge-order.js';

/** The texts of a message: the one that counts, and all others it has had. */
export type MessageTexts = Pick<Message, 'text' | 'editedAt' | 'versions'>;

/**
 * Joins the texts of two copies. All distinct texts stay. Current is the one written last; a text without a time is taken for
 * older than any edit; among several of one time the longest (one archive may cut texts), then the greatest. One text in both
 * copies is kept once, with its latest time. An empty text without a time says nothing and is left out.
 */
export function mergeTexts(left: MessageTexts, right: MessageTexts): MessageTexts {
  const texts = new Map<string, MessageVersion>();
  for (const version of [...versionsOf(left), ...versionsOf(right)]) {
    const known = texts.get(version.text);
    texts.set(version.text, known === undefined ? version : joinVersions(known, version));
  }
  const [current, ...others] = [...texts.values()].sort((one, other) => compareCurrent(other, one));
  if (current === undefined) return { text: '', editedAt: null, versions: [] };
  return { text: current.text, editedAt: current.at, versions: others.sort(compareVersions) };
}

/** The texts that no edit explains: two of them in one message are a conflict between archives. */
export function uneditedTexts(texts: MessageTexts): string[] {
  return versionsOf(texts)
    .filter((version) => version.at === null)
    .map((version) => version.text);
}

/** The current text carries no author in the model, which stands for "not told" and, in a join, outlasts any author. */
function versionsOf({ text, editedAt, versions }: MessageTexts): MessageVersion[] {
  return [{ text, at: editedAt, by: null }, ...versions].filter((version) => version.text !== '' || version.at !== null);
}

function joinVersions(one: MessageVersion, other: MessageVersion): MessageVersion {
  const by = one.by === null || other.by === null ? null : one.by < other.by ? one.by : other.by;
  return { text: one.text, at: latest(one.at, other.at), by };
}

/** Positive when `one` counts before `other`. */
function compareCurrent(one: MessageVersion, other: MessageVersion): number {
  return (one.at ?? -Infinity) === (other.at ?? -Infinity)
    ? one.text.length - other.text.length || compareStrings(one.text, other.text)
    : (one.at ?? -Infinity) - (other.at ?? -Infinity);
}

/** By (time, text), those without a time first. */
function compareVersions(one: MessageVersion, other: MessageVersion): number {
  return (one.at ?? -Infinity) === (other.at ?? -Infinity)
    ? compareStrings(one.text, other.text)
    : (one.at ?? -Infinity) - (other.at ?? -Infinity);
}
