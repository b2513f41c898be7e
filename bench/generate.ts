import { closeSync, openSync, writeSync } from 'node:fs';
import { Cast, type Conversation } from './cast.js';
import type { CorpusStatistics } from './corpus-statistics.js';
import { inventEmoji, inventFact, inventFile } from './inventions.js';
import { Random } from './random.js';
import { TextPool } from './text-pool.js';
import { loadTraditional } from './traditional.js';

export interface GenerateOptions {
  readonly file: string;
  readonly messages: number;
  readonly seed: number;
}

/** A message drawn at random from the archive, to cut search terms from. */
export interface SampledMessage {
  readonly text: string;
  readonly sentAt: number;
  readonly custodianId: string;
}

export interface GeneratedCorpus {
  readonly statistics: CorpusStatistics;
  readonly sample: readonly SampledMessage[];
}

interface Composed {
  readonly text: string;
  readonly hasFact: boolean;
  readonly hasEmoji: boolean;
  readonly isTraditional: boolean;
}

const SAMPLE_SIZE = 20_000;
const BUFFER_SIZE = 1 << 20;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = 8 * HOUR;
const FIRST_DAY = Date.UTC(2022, 0, 1) - ZONE;
const DAYS = 1096;
const HAN = /\p{Script=Han}/u;
const DEVICES = ['iOS 17.5.1', 'Android 14', 'Windows 4.1.28', 'macOS 4.1.20', 'HarmonyOS 4.2'];

/** Writes a Holdfast JSONL archive: the same options give the same bytes. */
export function generate(options: GenerateOptions): GeneratedCorpus {
  const generator = new Generator(options);
  return generator.run();
}

class Generator {
  private readonly random: Random;
  private readonly sampling: Random;
  private readonly cast: Cast;
  private readonly texts = new TextPool();
  private readonly toTraditional = loadTraditional();
  private readonly sample: SampledMessage[] = [];
  private readonly counts = {
    han: 0,
    codePoints: 0,
    bytes: 0,
    fact: 0,
    emoji: 0,
    traditional: 0,
    recalled: 0,
    attachments: 0,
    outOfOrder: 0,
  };
  private smallest = Infinity;
  private earliest = Infinity;
  private latest = 0;

  constructor(private readonly options: GenerateOptions) {
    this.random = new Random(options.seed);
    this.sampling = new Random(options.seed, 1);
    this.cast = new Cast(this.random, options.messages);
  }

  run(): GeneratedCorpus {
    const begin = performance.now();
    const file = openSync(this.options.file, 'w');
    const buffer = Buffer.allocUnsafe(BUFFER_SIZE);
    let filled = 0;
    for (let index = 0; index < this.options.messages; index += 1) {
      if (filled > BUFFER_SIZE - 16_384) {
        writeSync(file, buffer, 0, filled);
        filled = 0;
      }
      const size = buffer.write(this.record(index), filled);
      this.counts.bytes += size;
      this.smallest = Math.min(this.smallest, size - 1);
      filled += size;
    }
    writeSync(file, buffer, 0, filled);
    closeSync(file);
    return { statistics: this.statistics((performance.now() - begin) / 1000), sample: this.sample };
  }

  /** One line. The id is a bijection of the index, so that ids are distinct but in no order. */
  private record(index: number): string {
    const { random } = this;
    const conversation = this.cast.draw(random);
    const speaker = random.pick(conversation.speakers);
    const sentAt = this.sentAt(index);
    const composed = this.compose();
    this.count(composed, sentAt);
    this.keepSample(index, composed.text, sentAt, conversation);
    let json = `{"id":"${this.options.seed.toString(36)}-${scramble(index)}"${speaker.json},"sentAt":"${isoTime(sentAt)}"`;
    const hasAttachment = random.chance(0.05);
    json += `,"kind":"${hasAttachment ? 'file' : 'text'}","text":${JSON.stringify(composed.text)}`;
    if (hasAttachment) {
      this.counts.attachments += 1;
      const { name, mime } = inventFile(random);
      json += `,"attachments":[{"name":${JSON.stringify(name)},"path":${JSON.stringify(`media/${name}`)},"mime":"${mime}","size":${random.between(2_000, 9_000_000)}}]`;
    }
    if (random.chance(0.03)) {
      this.counts.recalled += 1;
      json += `,"recalledAt":"${isoTime(sentAt + random.between(3, 120) * 1000)}","recalledBy":"${speaker.id}"`;
    }
    return `${json},"sequence":${index},"device":"${random.pick(DEVICES)}"}\n`;
  }

  private compose(): Composed {
    const { random } = this;
    let text = this.texts.compose(random);
    const hasFact = random.chance(0.18);
    if (hasFact) {
      const fact = inventFact(random);
      const dice = random.next();
      if (dice < 0.35) text = fact + text;
      else if (dice < 0.7) text += fact;
      else text += (random.chance(0.5) ? ' ' : '，') + fact + Array.from(this.texts.compose(random)).slice(0, 12).join('');
    }
    text = TextPool.closed(text);
    const isTraditional = random.chance(0.2);
    if (isTraditional) text = this.toTraditional(text);
    const hasEmoji = random.chance(0.1);
    if (hasEmoji) text += inventEmoji(random);
    return { text, hasFact, hasEmoji, isTraditional };
  }

  /** In order of arrival over the years and in waking hours, except for a fifth that was sent earlier. */
  private sentAt(index: number): number {
    const { random } = this;
    const isLate = random.chance(0.2);
    const position = (index + 0.5) / this.options.messages;
    const place = isLate ? position * (1 - random.next() ** 3) : position;
    const days = place * DAYS;
    const hour = 7.5 + 15.5 * (days % 1);
    const sentAt = FIRST_DAY + Math.floor(days) * DAY + Math.floor(hour * HOUR);
    if (sentAt < this.latest) this.counts.outOfOrder += 1;
    return sentAt;
  }

  private count(composed: Composed, sentAt: number): void {
    const { counts } = this;
    if (HAN.test(composed.text)) counts.han += 1;
    for (let index = 0; index < composed.text.length; index += 1) {
      if ((composed.text.charCodeAt(index) & 0xfc00) !== 0xdc00) counts.codePoints += 1;
    }
    if (composed.hasFact) counts.fact += 1;
    if (composed.hasEmoji) counts.emoji += 1;
    if (composed.isTraditional) counts.traditional += 1;
    this.earliest = Math.min(this.earliest, sentAt);
    this.latest = Math.max(this.latest, sentAt);
  }

  /** Reservoir sampling: every message has the same chance to be in the sample. */
  private keepSample(index: number, text: string, sentAt: number, conversation: Conversation): void {
    const place = index < SAMPLE_SIZE ? index : this.sampling.below(index + 1);
    if (place >= SAMPLE_SIZE) return;
    this.sample[place] = { text, sentAt, custodianId: this.sampling.pick(conversation.custodianIds) };
  }

  private statistics(seconds: number): CorpusStatistics {
    const { counts } = this;
    const { messages } = this.options;
    return {
      messages,
      seconds,
      conversations: this.cast.conversationCount,
      bytes: counts.bytes,
      smallestRecord: this.smallest,
      withHan: counts.han / messages,
      outOfOrder: counts.outOfOrder / messages,
      withFact: counts.fact / messages,
      withEmoji: counts.emoji / messages,
      traditional: counts.traditional / messages,
      recalled: counts.recalled / messages,
      withAttachments: counts.attachments / messages,
      meanCodePoints: counts.codePoints / messages,
      years: (this.latest - this.earliest) / (365.25 * DAY),
    };
  }
}

/** Eight hexadecimal digits; different for different indexes below 2 ** 32. */
function scramble(index: number): string {
  let word = index;
  word = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  word = Math.imul(word ^ (word >>> 15), 0x846ca68b);
  return ((word ^ (word >>> 16)) >>> 0).toString(16).padStart(8, '0');
}

function isoTime(time: number): string {
  return `${new Date(time + ZONE).toISOString().slice(0, 23)}+08:00`;
}
