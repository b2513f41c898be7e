import type { Command } from 'commander';
import type { Actor } from '../access/people.js';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { Clock } from '../domain/clock.js';
import { ClockGuard } from '../retention/clock-guard.js';
import { PolicyStore } from '../retention/policy-store.js';
import { RetentionService } from '../retention/retention.service.js';
import type { RetentionSimulationModel } from '../retention/retention.model.js';
import { toClockModel, toExplanationModel, toPoliciesModel, toSimulationModel } from '../retention/to-retention-model.js';
import { toPolicyChange, type ChangeParameters } from '../retention/to-policy-change.js';
import { actorOption, type ActorOptions } from './actor-option.js';
import { instant } from './filter-options.js';
import { addPolicyOptions, policyOf, type PolicyOptions } from './policy-options.js';
import { explanationText, policiesText, simulationText } from './retention-text.js';
import { runAction, type ExitCode } from './run-action.js';
import { withServices } from './with-services.js';

interface JsonOptions {
  readonly json?: true;
}

interface SimulateOptions extends PolicyOptions, JsonOptions {
  readonly at?: number;
  readonly retire?: string;
  readonly record?: string;
  readonly occurredAt?: number;
}

type ActOptions = ActorOptions & JsonOptions;

/** Adds `retention list|set|retire|event|explain|simulate|clock`. */
export function registerRetentionCommand(program: Command): void {
  const retention = program.command('retention').description('policies: how long messages are kept, and what they let go');
  registerChanges(retention);
  registerReading(retention);
}

function registerChanges(retention: Command): void {
  const set = retention.command('set').description('add a policy, or replace one');
  addPolicyOptions(set)
    .addOption(actorOption())
    .option('--json', 'all policies as JSON')
    .action((options: PolicyOptions & ActOptions) => runAction(() => setPolicy(options)));
  act(retention, 'retire', 'take a policy out of force')
    .argument('<id>', 'the policy')
    .action((id: string, options: ActOptions) => runAction(() => change(options, { retire: id })));
  act(retention, 'event', 'record when an event happened that starts periods')
    .argument('<name>', 'the event')
    .argument('[time]', 'e.g. 2026-01-31T09:00:00+08:00; left out: it has not happened', instant)
    .action((name: string, occurredAt: number | undefined, options: ActOptions) =>
      runAction(() => change(options, { event: { name, occurredAt } })),
    );
}

function registerReading(retention: Command): void {
  retention
    .command('list')
    .description('list the policies, and what they wait for')
    .option('--json', 'as JSON')
    .action(({ json }: JsonOptions) =>
      runAction(() => print(json, policiesText, async (services) => toPoliciesModel(await services.get(PolicyStore).read()))),
    );
  retention
    .command('explain')
    .description('tell why a message may be destroyed, or not: every policy, every hold, every reason')
    .argument('<message>', 'the id of a message')
    .option('--at <time>', 'at this time, now if not given', instant)
    .option('--json', 'as JSON')
    .action((id: string, options: JsonOptions & { readonly at?: number }) => runAction(() => explain(id, options)));
  const simulate = retention
    .command('simulate')
    .description('count what a policy would make destroyable, or what is destroyable today; changes nothing')
    .option('--at <time>', 'at this time, now if not given', instant)
    .option('--retire <policy>', 'simulate that a policy is retired')
    .option('--record <event>', 'simulate that an event happened')
    .option('--occurred-at <time>', 'with --record: when', instant)
    .option('--json', 'as JSON');
  addPolicyOptions(simulate).action((options: SimulateOptions) => runAction(() => simulateChange(options)));
  retention
    .command('clock')
    .description('tell whether the clock can be trusted with the end of periods')
    .option('--json', 'as JSON')
    .action(({ json }: JsonOptions) =>
      runAction(() => print(json, clockText, async (services) => toClockModel(await services.get(ClockGuard).state()))),
    );
  act(retention, 'acknowledge-clock', 'take the time that the clock shows for right: destroying goes on').action(
    ({ as, json }: ActOptions) =>
      runAction(() => print(json, clockText, async (services) => toClockModel(await services.get(ClockGuard).acknowledge(as)))),
  );
}

function act(retention: Command, name: string, description: string): Command {
  return retention.command(name).description(description).addOption(actorOption()).option('--json', 'as JSON');
}

async function setPolicy(options: PolicyOptions & ActOptions): Promise<ExitCode> {
  return change(options, { set: policyOf(options) });
}

function change({ as, json }: { readonly as: Actor; readonly json?: true }, parameters: ChangeParameters): Promise<ExitCode> {
  return print(json, policiesText, async (services) =>
    toPoliciesModel(await services.get(PolicyStore).change(as, toPolicyChange(parameters, services.get<Clock>(Clock).now()))),
  );
}

function explain(id: string, { at, json }: JsonOptions & { readonly at?: number }): Promise<ExitCode> {
  return print(json, explanationText, async (services) =>
    toExplanationModel(await services.get(RetentionService).explain(LOCAL_INVESTIGATOR, id, at ?? services.get<Clock>(Clock).now())),
  );
}

async function simulateChange(options: SimulateOptions): Promise<ExitCode> {
  const { at, retire, record, occurredAt, timeZone, json } = options;
  const parameters = { set: policyOf(options, 'simulated'), retire, event: record === undefined ? null : { name: record, occurredAt } };
  const isChange = parameters.set !== null || retire !== undefined || record !== undefined;
  return print(json, (simulation: RetentionSimulationModel) => simulationText(simulation, timeZone), async (services) => {
    const now = services.get<Clock>(Clock).now();
    const meant = isChange ? toPolicyChange(parameters, now) : null;
    return toSimulationModel(await services.get(RetentionService).simulate(LOCAL_INVESTIGATOR, meant, at ?? now, timeZone));
  });
}

async function print<Answer>(
  json: true | undefined,
  show: (answer: Answer) => string,
  ask: (services: Services) => Promise<Answer>,
): Promise<ExitCode> {
  const answer = await withServices(ask);
  console.log(json ? JSON.stringify(answer, null, 2) : show(answer));
  return 0;
}

type Services = Parameters<Parameters<typeof withServices>[0]>[0];

function clockText({ isSuspended, doubtFrom, doubtTo, seenAt }: ReturnType<typeof toClockModel>): string {
  const show = (time: number | null): string => (time === null ? 'never' : new Date(time).toISOString());
  if (!isSuspended) return `trusted; last looked at: ${show(seenAt)}`;
  const jump = `suspended: the clock went from ${show(doubtFrom)} to ${show(doubtTo)}.`;
  return `${jump} Is it right now? Then: holdfast retention acknowledge-clock --as <actor>`;
}
