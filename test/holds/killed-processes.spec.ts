import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Certificate } from '../../src/disposition/certificate.js';
import { messageId } from '../../src/domain/message-id.js';
import { disposalsOf, readStanding, type Standing } from '../../src/engine/standing.js';
import type { HoldRegister } from '../../src/holds/hold-register.js';
import { onEveryEngine, type OpenEngine } from '../contract/engines.js';
import { HoldfastCommand, type Ended } from '../support/holdfast-command.js';
import { Random } from '../support/random.js';
import { scaled } from '../support/scale.js';

const MINUTE = 60_000;
jest.setTimeout(120 * MINUTE);
/** Messages of a round: three parts of a proposal, every second message under the hold. */
const COUNT = 2_400;
const AS = ['--as', 'administrator'];

/** The messages of one round. */
class Round {
  readonly ids: readonly string[];
  readonly held: readonly string[];
  readonly holdId: string;
  readonly custodian: string;

  constructor(
    readonly number: number,
    readonly file: string,
  ) {
    const records = Array.from({ length: COUNT }, (_, index) => ({
      ...{ id: `${number}-${index}`, conversationId: 'room', senderId: 's', text: `付款 ${index}`, sentAt: '2015-03-02T09:00:00+08:00' },
      custodianIds: [index % 2 === 0 ? 'anna' : `ben${number}`],
    }));
    writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    this.ids = records.map(({ id }) => messageId('space', id));
    this.held = this.ids.filter((_, index) => index % 2 === 1);
    this.holdId = `hold${number}`;
    this.custodian = `ben${number}`;
  }

  /** The commands that meet, each in a process of its own. */
  commands(proposalId: string, matterId: string): Readonly<Record<Actor, readonly string[]>> {
    return {
      run: ['disposition', 'run', proposalId, ...AS],
      hold: ['hold', 'place', '--matter', matterId, '--reason', 'r', '--custodian', this.custodian, '--hold-id', this.holdId, ...AS, '--json'],
      import: ['import', this.file, '--source', 'phone', '--identity-space', 'space'],
    };
  }
}

const ACTORS = ['run', 'hold', 'import'] as const;
type Actor = (typeof ACTORS)[number];

onEveryEngine('a run, a hold and an import that are killed, on $name', (kind) => {
  const command = new HoldfastCommand(kind);
  const random = new Random(6);
  const phases = new Map<string, number>();
  let open: OpenEngine;
  let matterId: string;
  /** Milliseconds that each of them takes when nobody disturbs it. */
  const durations: Record<Actor, number> = { run: 0, hold: 0, import: 0 };

  beforeAll(async () => {
    const matter = await must(['matter', 'open', '--name', 'm', '--purpose', 'p', ...AS, '--json']);
    matterId = (JSON.parse(matter.out) as { id: string }).id;
    await must(['retention', 'set', '--policy', 'old', '--name', 'old', '--action', 'delete', '--all', '--period', 'P1Y', '--trigger', 'sent', '--trust-sent-time', ...AS]);
    open = await kind.open(command.dataDir);
  });
  afterAll(async () => {
    console.log(`${kind.name}: ${[...phases].map(([phase, count]) => `${phase} ${count}`).join('; ')}`);
    await open.close();
    await command.remove();
  });

  async function must(words: readonly string[]): Promise<Ended> {
    const ended = await command.run(words);
    expect({ words, ended }).toMatchObject({ ended: { code: 0 } });
    return ended;
  }

  async function begin(number: number): Promise<{ readonly round: Round; readonly proposalId: string }> {
    const round = new Round(number, join(command.directory, `${number}.jsonl`));
    await must(round.commands('', '').import);
    const { id, setHash } = JSON.parse((await must(['disposition', 'propose', ...AS, '--json'])).out) as { id: string; setHash: string };
    await must(['disposition', 'approve', id, '--set-hash', setHash, '--as', 'approver']);
    return { round, proposalId: id };
  }

  /** Runs a command, and kills it somewhere if it is a victim; the messages under the hold that stood when it was said to be active. */
  async function act(actor: Actor, words: readonly string[], round: Round, isVictim: boolean): Promise<readonly string[] | null> {
    await pause(random.next() * durations.run * 0.7);
    const kill = (child: ChildProcess): void => {
      if (isVictim) void pause((0.2 + random.next()) * durations[actor]).then(() => child.kill('SIGKILL'));
    };
    const ended = await command.run(words, kill);
    if (actor !== 'hold' || ended.code !== 0) return null;
    expect(JSON.parse(ended.out)).toMatchObject({ state: 'active' });
    return (await standingOf(round.held)).flatMap((standing) => (standing.kind === 'message' ? [standing.id] : []));
  }

  async function standingOf(ids: readonly string[]): Promise<readonly Standing[]> {
    const standing: Standing[] = [];
    for (let start = 0; start < ids.length; start += 1_000) standing.push(...(await readStanding(open.writer, ids.slice(start, start + 1_000))));
    return standing;
  }

  async function register(): Promise<HoldRegister> {
    return (await open.catalog.get<HoldRegister>('hold-register', 'register'))!.value;
  }

  /** Where the killed ones stopped, as far as anybody can see. */
  async function notePhases({ holdId, ids }: Round, killed: readonly Actor[]): Promise<void> {
    const { entries, claims } = await register();
    const gone = (await standingOf(ids)).filter((standing) => disposalsOf(standing).length > 0).length;
    const entry = entries.find((one) => one.holdId === holdId);
    const of: Record<Actor, string> = {
      run: `run ${claims.length > 0 ? 'claimed' : gone === 0 ? 'not begun' : 'between parts or done'}`,
      hold: `hold ${entry?.state ?? 'not begun'}`,
      import: 'import',
    };
    for (const actor of killed) phases.set(of[actor], (phases.get(of[actor]) ?? 0) + 1);
  }

  /** Every destruction is in the certificate of its batch, and nothing else is. */
  async function requireCertificates({ ids }: Round, standing: readonly Standing[]): Promise<void> {
    const certificates = new Map<string, Set<string>>();
    for (const batchId of new Set(standing.flatMap((one) => disposalsOf(one)))) {
      const certificate = await open.catalog.get<Certificate>('disposition-certificate', batchId);
      certificates.set(batchId, new Set(certificate?.value.destroyed.map(({ id }) => id)));
    }
    const destroyed = standing.flatMap((one) => disposalsOf(one).map((batchId) => `${batchId} ${one.id}`));
    const own = new Set(ids);
    const certified = [...certificates].flatMap(([batchId, named]) => [...named].filter((id) => own.has(id)).map((id) => `${batchId} ${id}`));
    expect(certified.sort()).toEqual(destroyed.sort());
  }

  it('measures how long each takes alone', async () => {
    const { round, proposalId } = await begin(0);
    for (const actor of ACTORS) {
      const begun = performance.now();
      const ended = await command.run(round.commands(proposalId, matterId)[actor]);
      expect({ actor, ended, isDone: ended.code === 0 || ended.code === 1 }).toMatchObject({ isDone: true });
      durations[actor] = performance.now() - begun;
    }
  });

  it('destroy nothing that an active hold covers, and leave nothing half done', async () => {
    for (let number = 1; number <= scaled(50); number += 1) {
      const { round, proposalId } = await begin(number);
      const commands = round.commands(proposalId, matterId);
      const victims = ACTORS.filter((actor) => random.chance(actor === 'import' ? 0.3 : 0.6));
      const assured = await Promise.all(ACTORS.map((actor) => act(actor, commands[actor], round, victims.includes(actor))));
      await notePhases(round, victims);
      // What was broken off is asked for again.
      const later = await act('hold', commands.hold, round, false);
      expect(later).not.toBeNull();
      const again = await command.run(commands.run);
      expect({ again, isRun: again.code === 0 || again.code === 1 || again.err.includes('DISPOSITION_STALE') }).toMatchObject({ isRun: true });
      await must(commands.import);
      const standing = await standingOf(round.ids);
      const stands = new Set(standing.flatMap((one) => (one.kind === 'message' ? [one.id] : [])));
      const lost = [...assured, later].flatMap((ids) => ids ?? []).filter((id) => !stands.has(id));
      expect({ number, lost }).toEqual({ number, lost: [] });
      // What was destroyed before the hold came back with the import.
      expect(round.held.filter((id) => !stands.has(id))).toEqual([]);
      expect((await register()).claims).toEqual([]);
      await requireCertificates(round, standing);
    }
  });
});
