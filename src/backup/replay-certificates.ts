import type { Actor } from '../access/people.js';
import { readArchiveState, writeArchiveState, type ArchiveState } from '../catalog/archive-state.js';
import type { CatalogRecord } from '../catalog/catalog-store.js';
import type { StoredMessage } from '../domain/message.js';
import type { Certificate } from '../disposition/certificate.js';
import type { DisposalTools, Rules } from '../disposition/disposal-tools.js';
import type { DestroyingRule } from '../disposition/disposition-batch.js';
import { DispositionService } from '../disposition/disposition.service.js';
import { freeze, type Candidates } from '../disposition/propose.js';
import { HoldfastError } from '../errors/errors.js';
import { EVERYTHING } from '../query/ast.js';
import type { RetentionDecision } from '../retention/decide-retention.js';
import { carryOver, type CarriedOver } from './carry-over.js';
import { readCertificates } from './certificate-file.js';
import type { CertificateSource } from './certificate-source.js';

export interface ReplayReport {
  /** Null where no source was an archive as it was. */
  readonly carriedOver: CarriedOver | null;
  readonly certificates: number;
  /** Messages that they name. */
  readonly named: number;
  /** What was destroyed again; its bytes are still to be removed, as behind every run. */
  readonly proposalId: string;
  readonly destroyed: number;
  /** Under a hold: they are in the archive again. */
  readonly kept: number;
}

const CERTIFICATE = 'disposition-certificate';
/** Ids that are read at once. */
const BATCH = 1_000;

type Restored = CatalogRecord<ArchiveState> & { readonly value: { readonly backup: NonNullable<ArchiveState['backup']> } };

/**
 * Destroys again what was destroyed since the backup, as an ordinary batch: what a hold covers now stays. Then the archive can be read.
 * Disposition stays suspended. Killed, it is simply run again. Throws INPUT_INVALID where nothing was restored, and what a run of disposition
 * throws.
 */
export async function replayCertificates(
  tools: DisposalTools, actor: Actor, sources: readonly CertificateSource[], onProgress: (done: number, total: number) => void,
): Promise<ReplayReport> {
  const { catalog, audit } = tools;
  const state = await requireRestored(tools);
  const { backupId } = state.value.backup;
  let carriedOver: CarriedOver | null = null;
  for (const source of sources) if (source.catalog !== null) carriedOver = await carryOver(source.catalog, catalog);
  const replay = await Replay.collect(tools, state.value.backup.startedAt, sources);
  const { proposalId, destroyed, kept } = await replay.run(actor, backupId, onProgress);
  for (const source of sources) {
    for await (const certificate of source.certificates()) await catalog.create(CERTIFICATE, certificate.batchId, certificate);
  }
  const counts = { certificates: replay.certificates, destroyed, kept };
  await audit.append({ kind: 'certificates_replayed', viewer: actor, backupId, ...counts });
  const { backup: _backup, ...current } = state.value;
  const changedAt = new Date(tools.clock.now()).toISOString();
  if ((await writeArchiveState(catalog, state, { ...current, role: 'current', changedAt })) === null) {
    throw new HoldfastError('ENGINE_BUSY', 'Somebody else replays certificates.');
  }
  return { carriedOver, named: replay.named, proposalId, ...counts };
}

async function requireRestored({ catalog }: DisposalTools): Promise<Restored> {
  const state = await readArchiveState(catalog);
  if (state?.value.role !== 'restored' || state.value.backup === undefined) {
    throw new HoldfastError('INPUT_INVALID', 'Nothing was restored here, or its certificates were replayed already.');
  }
  return state as Restored;
}

/** The rules by which messages were destroyed, and the run that does it again. */
class Replay {
  private readonly rules = new Map<string, DestroyingRule>();
  certificates = 0;

  private constructor(private readonly tools: DisposalTools) {}

  /** Reads what was destroyed from `since` (UTC milliseconds) on, and what the restored archive does not know of. */
  static async collect(tools: DisposalTools, since: number, sources: readonly CertificateSource[]): Promise<Replay> {
    const replay = new Replay(tools);
    // Messages are copied before certificates: the backup may have some of messages that it has still.
    for await (const certificate of readCertificates(tools.catalog)) if (certificate.writtenAt >= since) replay.add(certificate);
    for (const source of sources) {
      for await (const certificate of source.certificates()) {
        const isKnown = certificate.writtenAt < since && (await tools.catalog.get(CERTIFICATE, certificate.batchId)) !== null;
        if (!isKnown) replay.add(certificate);
      }
    }
    return replay;
  }

  get named(): number {
    return this.rules.size;
  }

  async run(
    actor: Actor, backupId: string, onProgress: (done: number, total: number) => void,
  ): Promise<{ readonly proposalId: string; readonly destroyed: number; readonly kept: number }> {
    const tools: DisposalTools = {
      ...this.tools,
      isReplay: true,
      // Nothing hangs on it: no period is decided about.
      trustedNow: async () => this.tools.clock.now(),
      rules: { read: async () => this.rulesOfMoment },
    };
    const frozen = await freeze(tools, this.standing(), actor, EVERYTHING);
    const { proposalId, proposedAt, itemCount } = frozen;
    const proposal = { ...frozen, state: 'approved' as const, approvedBy: actor, approvedAt: proposedAt, replayOf: backupId };
    if ((await tools.catalog.create('disposition', proposalId, proposal)) === null) throw new Error('the id of a new proposal is taken');
    let [destroyed, kept] = [0, Object.values(frozen.kept).reduce((sum, count) => sum + count, 0)];
    for await (const { certificate } of new DispositionService(tools, this.standing()).run(actor, proposalId)) {
      destroyed += certificate.destroyed.length;
      kept += certificate.kept.length;
      onProgress(destroyed, itemCount);
      requireReason(certificate);
    }
    return { proposalId, destroyed, kept };
  }

  private add({ destroyed }: Certificate): void {
    this.certificates += 1;
    for (const { id, rule } of destroyed) this.rules.set(id, rule);
  }

  /** The messages that stand although a certificate names them. */
  private standing(): Candidates {
    const { rules, tools } = this;
    return {
      async *scan() {
        const ids = [...rules.keys()];
        for (let start = 0; start < ids.length; start += BATCH) {
          const found = await tools.writer.read(ids.slice(start, start + BATCH));
          yield found.filter((message) => message !== null);
        }
      },
    };
  }

  /** Not older than any that the register knows of. */
  private get rulesOfMoment(): Rules {
    const decide: Rules['decide'] = async (messages) => messages.map((one) => this.decide(one));
    return { policyVersion: Number.MAX_SAFE_INTEGER, candidates: EVERYTHING, decide };
  }

  private decide({ message }: StoredMessage): RetentionDecision {
    const rule = this.rules.get(message.id) ?? null;
    const nothing = { keepUntil: null, winner: null, terms: [] };
    return rule === null
      ? { ...nothing, eligible: false, deleteAt: null, rule, reasons: ['no_rule'] }
      : { ...nothing, eligible: true, deleteAt: rule.expiredAt, rule, reasons: [] };
  }
}

/** What is kept for any other reason than a hold may go with another try, and nobody may read it. */
function requireReason({ kept }: Certificate): void {
  const other = kept.find(({ reason }) => reason !== 'held' && reason !== 'hold_unknown' && reason !== 'gone');
  if (other === undefined) return;
  throw new HoldfastError('ENGINE_BUSY', `A message could not be destroyed again (${other.reason}). Run the same command again.`, { messageId: other.id });
}
