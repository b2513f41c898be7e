import type { CatalogStore } from '../../src/catalog/catalog-store.js';
import type { IndexEraser } from '../../src/engine/index-eraser.js';
import type { IndexWriter, WrittenMessage } from '../../src/engine/index-writer.js';
import { chunkId, type Proposal, type ProposedPart } from '../../src/disposition/proposal.js';
import { SetHash, type Candidates } from '../../src/disposition/propose.js';
import { disposalsOf, readStanding, type Standing } from '../../src/engine/standing.js';
import { HoldfastError } from '../../src/errors/errors.js';
import type { Message } from '../../src/domain/message.js';
import { fieldValues } from '../../src/query/field-values.js';
import { matchesFilter } from '../../src/query/matches.js';
import type { PolicySet } from '../../src/retention/retention-policy.js';
import { MemoryCatalogStore } from '../support/memory-catalog-store.js';
import { MemoryIndexWriter } from '../support/memory-index-writer.js';
import type { Random } from '../support/random.js';
import { COPIES, DELETE_EVERYTHING, FIRST_COPIES, NAMES, messageOf, scopeOf } from './cast.js';
import { CatalogTruth } from './faulty-catalog.js';
import { MemoryIndexEraser } from './memory-index-eraser.js';
import { decodeOnce, MessageTruth } from './message-truth.js';
import { Scheduler, type Process } from './scheduler.js';
import { Services, type Stage } from './services.js';
import { Witness } from './witness.js';

/** An empty archive, by its faces. */
export interface Archive {
  readonly writer: IndexWriter;
  readonly eraser: IndexEraser;
  readonly catalog: CatalogStore;
  close(): Promise<void>;
}

/** Decodes each document once. */
class QuickIndexWriter extends MemoryIndexWriter {
  override async read(ids: readonly string[]): Promise<readonly (WrittenMessage | null)[]> {
    return ids.map((id) => {
      const known = this.messages.get(id);
      return known === undefined ? null : { ...decodeOnce(known.prepared), version: known.version, disposals: known.disposals };
    });
  }
}

export function memoryArchive(): Archive {
  const writer = new QuickIndexWriter();
  return { writer, eraser: new MemoryIndexEraser(writer), catalog: new MemoryCatalogStore(), close: async () => {} };
}

const BEGINNING = { name: 'beginning', startedAt: 0 };
/** Rounds in which one process finishes what is left; each may find what the one before uncovered. */
const ROUNDS = 3;

/** An archive of four old messages that a policy lets go, the processes that work on it, and the witness of what they do. */
export class World implements Stage {
  readonly scheduler: Scheduler;
  readonly messages: MessageTruth;
  readonly catalog: CatalogTruth;
  readonly witness: Witness;
  /** What was agreed to destroy before a history begins. */
  proposalId = '';
  private readonly unexpected: string[] = [];
  private finishers = 0;
  private holds = 0;

  private constructor(
    private readonly archive: Archive,
    private readonly random: Random | null,
  ) {
    this.scheduler = new Scheduler(random);
    const nameOf = (id: string): string => NAMES.find((name) => messageOf(name).id === id) ?? id;
    this.messages = new MessageTruth(archive.writer, archive.eraser, this.scheduler, nameOf);
    this.catalog = new CatalogTruth(archive.catalog, this.scheduler);
    const recordsOf = (id: string): Message[] => COPIES.flatMap(({ message }) => (message.id === id ? [message] : []));
    this.witness = new Witness(this.messages, this.catalog, (entry, message) => scopeOf(entry.scope).covers(message), recordsOf);
  }

  static async create(random: Random | null = null, archive: Archive = memoryArchive()): Promise<World> {
    const world = new World(archive, random);
    // What an earlier history has left makes way.
    const left = await readStanding(archive.writer, FIRST_COPIES.map(({ message }) => message.id));
    const items = FIRST_COPIES.map(({ prepared }, place) => ({ prepared, expected: versionOf(left[place]!), disposals: disposalsOf(left[place]!) }));
    await world.messages.put(BEGINNING, items);
    const policies: PolicySet = { version: 1, lengthenedAt: 0, policies: [DELETE_EVERYTHING], events: [] };
    await world.catalog.commit(BEGINNING.name, world.catalog.base.create('retention', 'policies', policies));
    return world;
  }

  /** Has all that can be destroyed proposed and agreed to, in parts of a few messages; the proposal. */
  async propose(partSize: number): Promise<string> {
    const proposer = await this.start('proposer', (services) => services.propose());
    const proposed = this.catalog.latest<Proposal>('disposition', String(await proposer.finish()))!.value;
    const items = this.catalog.all<ProposedPart>('disposition-items').flatMap(({ value }) => value.items);
    const parts = Array.from({ length: Math.ceil(items.length / partSize) }, (_, part) => ({ items: items.slice(part * partSize, (part + 1) * partSize) }));
    const hash = new SetHash();
    const proposalId = 'proposal';
    for (const [place, part] of parts.entries()) {
      hash.add(part);
      await this.catalog.commit(BEGINNING.name, this.catalog.base.create('disposition-items', chunkId(proposalId, place), part));
    }
    const proposal = { ...proposed, proposalId, setHash: hash.digest(), chunkCount: parts.length };
    await this.catalog.commit(BEGINNING.name, this.catalog.base.create('disposition', proposalId, proposal));
    return proposalId;
  }

  /** Starts a process; what fails in it with an error that callers are not told of is a surprise. */
  start<Result>(name: string, program: (services: Services) => Promise<Result>): Promise<Process<Result | HoldfastError>> {
    return this.scheduler.start(name, async (process) => {
      try {
        return await program(new Services(process, this));
      } catch (error) {
        if (error instanceof HoldfastError) {
          this.scheduler.trace.push(`  ${name} failed: ${error.code} ${error.message}`);
          return error;
        }
        // What makes a record under a random id need not expect it to be taken.
        if (error instanceof Error && /id of a new .* is taken|exists already/.test(error.message)) return new HoldfastError('ENGINE_UNAVAILABLE', error.message);
        this.surprise(`${name}: ${error instanceof Error ? String(error.stack) : String(error)}`);
        throw error;
      }
    });
  }

  /** Somebody whom nobody disturbs finishes every hold and every batch. The problems he meets. */
  async finishEverything(): Promise<string[]> {
    const problems: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const finisher = await this.start(`finisher-${(this.finishers += 1)}`, async (services) => {
        await services.completeHolds();
        await services.resume();
      });
      const result = await finisher.finish();
      if (result instanceof HoldfastError) problems.push(`nobody can finish it: ${result.code} ${result.message}`);
    }
    return problems;
  }

  /** What a search finds: the index may be behind, so chance leaves some out, and shows others as they were. */
  candidates(process: Process): Candidates {
    const { random, messages } = this;
    return {
      async *scan(filter) {
        const found = await process.reach({ action: 'search', target: 'candidates', isWrite: false }, async () => {
          const names = NAMES.filter(() => random?.chance(0.8) ?? true);
          return names.map((name) => messages.seen(messageOf(name).id, random?.chance(0.2) ?? false));
        });
        yield found.flatMap((standing) => (standing.kind === 'message' && matchesFilter(filter, fieldValues(standing.message.message)) ? [standing.message] : []));
      },
    };
  }

  newHoldId(): string {
    return `hold${(this.holds += 1)}`;
  }

  surprise(what: string): void {
    this.unexpected.push(what);
  }

  /** What no process should have met. */
  surprises(): readonly string[] {
    return this.unexpected;
  }

  close(): Promise<void> {
    return this.archive.close();
  }
}

function versionOf(standing: Standing): string | null {
  if (standing.kind === 'nothing') return null;
  return standing.kind === 'message' ? standing.message.version : standing.stub.version;
}
