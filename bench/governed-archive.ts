import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { LOCAL_INVESTIGATOR, type Viewer } from '../src/access/viewer.js';
import type { AuditLog } from '../src/audit/audit-log.js';
import type { CatalogStore } from '../src/catalog/catalog-store.js';
import type { SearchEngine } from '../src/engine/search-engine.js';
import type { HoldPreviews } from '../src/holds/hold-preview.service.js';
import type { HoldService } from '../src/holds/hold.service.js';
import type { RegisterStore } from '../src/holds/register-store.js';
import type { Settling } from '../src/holds/settling.js';
import type { FilterNode } from '../src/query/ast.js';
import type { PolicyDraft } from '../src/retention/change-policies.js';
import type { PolicyStore } from '../src/retention/policy-store.js';
import type { RetentionService } from '../src/retention/retention.service.js';
import type { SearchService } from '../src/search/search.service.js';
import type { Deployment } from './deployment.js';

export const HOLDS = 50;
export const POLICIES = 30;

const YEAR = 365 * 86_400_000;
/** The archive begins here. */
const FIRST_DAY = Date.UTC(2022, 0, 1);

/** The product's services on an archive with holds and policies, in this process. */
export interface GovernedArchive {
  readonly viewer: Viewer;
  readonly catalog: CatalogStore;
  readonly registers: RegisterStore;
  readonly holds: HoldService;
  readonly previews: HoldPreviews;
  readonly retention: RetentionService;
  readonly engine: SearchEngine;
  readonly settling: Settling;
  readonly audit: AuditLog;
  readonly search: SearchService;
  /** The search service as it is, but for the audit, which takes everything and keeps nothing. */
  readonly searchUnaudited: SearchService;
  /** What holds hang on. */
  readonly matterId: string;
  close(): Promise<void>;
}

/** Opens the archive, places holds and sets policies. One at a time: the settings are those of the process. */
export async function openGovernedArchive({ variables }: Pick<Deployment, 'variables'>): Promise<GovernedArchive> {
  Object.assign(process.env, variables);
  const modules = await loadModules();
  const context = await NestFactory.createApplicationContext(modules.AppModule, { logger: ['error'] });
  const matter = await context.get(modules.Matters).open('administrator', { name: 'benchmark', purpose: 'benchmark' });
  const holds = context.get(modules.HoldService);
  for (let number = 1; number <= HOLDS; number += 1) {
    await holds.place('administrator', { matterId: matter.id, reason: 'benchmark', scope: heldScope(number) });
  }
  const policies: PolicyStore = context.get(modules.PolicyStore);
  for (const policy of drafts()) await policies.change('administrator', { kind: 'set', policy });
  const unaudited = { append: async () => {}, note: () => {} } as unknown as AuditLog;
  const { SearchService, SearchPlanner, RejectedRecords, AuditRefusals, AuditKey, Environment, SlowSearchLog } = modules;
  const engine = context.get<SearchEngine>(modules.SearchEngine);
  const [planner, rejected, refusals] = [context.get(SearchPlanner), context.get(RejectedRecords), context.get(AuditRefusals)];
  const [key, environment, slow] = [context.get(AuditKey), context.get(Environment), context.get(SlowSearchLog)];
  return {
    viewer: LOCAL_INVESTIGATOR,
    catalog: context.get<CatalogStore>(modules.CatalogStore),
    registers: context.get(modules.RegisterStore),
    holds,
    previews: context.get(modules.HoldPreviews),
    retention: context.get(modules.RetentionService),
    engine,
    settling: context.get(modules.Settling),
    audit: context.get(modules.AuditLog),
    search: context.get(SearchService),
    searchUnaudited: new SearchService(planner, engine, rejected, unaudited, refusals, key, environment, slow),
    matterId: matter.id,
    close: () => context.close(),
  };
}

/** Not before the settings are there: modules read them when they are loaded. */
async function loadModules() {
  const parts = await Promise.all([
    import('../src/app.module.js'),
    import('../src/matters/matters.service.js'),
    import('../src/holds/hold.service.js'),
    import('../src/holds/hold-preview.service.js'),
    import('../src/holds/register-store.js'),
    import('../src/holds/settling.js'),
    import('../src/retention/policy-store.js'),
    import('../src/retention/retention.service.js'),
    import('../src/search/search.service.js'),
    import('../src/search/search-planner.js'),
    import('../src/search/slow-search-log.js'),
    import('../src/ingest/rejected-records.js'),
    import('../src/audit/audit-log.js'),
    import('../src/audit/audit-refusals.js'),
    import('../src/audit/audit-key.js'),
    import('../src/config/env.js'),
    import('../src/engine/search-engine.js'),
    import('../src/catalog/catalog-store.js'),
  ]);
  const [app, matters, hold, preview, register, settling, policy, retention, search, planner, slow, rejected, log, refusals, key, env, engine, catalog] = parts;
  return {
    ...app, ...matters, ...hold, ...preview, ...register, ...settling, ...policy, ...retention, ...search, ...planner, ...slow, ...rejected, ...log,
    ...refusals, ...key, ...env, ...engine, ...catalog,
  };
}

/** A custodian's messages of half a year. */
function heldScope(number: number): FilterNode {
  const from = FIRST_DAY + (number % 4) * (YEAR / 2);
  return {
    kind: 'and',
    nodes: [
      { kind: 'terms', field: 'custodianId', values: [staff(number + 4)] },
      { kind: 'range', field: 'sentAt', from, to: from + YEAR / 2 },
    ],
  };
}

function staff(number: number): string {
  return `staff${String(number).padStart(4, '0')}`;
}

/** One rule lets everything go after three years; others keep some people's messages longer, or let files go sooner. */
function drafts(): readonly PolicyDraft[] {
  const usual = { until: null, timeZone: 'Asia/Shanghai', mode: 'operational' } as const;
  const sent = { kind: 'sent', isTrusted: true } as const;
  const everything: PolicyDraft = {
    ...{ id: 'everything', name: 'everything', filter: { kind: 'all' }, action: 'delete', period: 'P3Y' },
    ...{ ...usual, trigger: sent, scope: 'global' },
  };
  const others = Array.from({ length: POLICIES - 1 }, (_, index): PolicyDraft => {
    const id = `rule-${String(index + 1).padStart(2, '0')}`;
    const filter: FilterNode = { kind: 'terms', field: 'custodianId', values: [staff(60 + 2 * index), staff(61 + 2 * index)] };
    const files: FilterNode = { kind: 'and', nodes: [filter, { kind: 'terms', field: 'kind', values: ['file'] }] };
    return index % 3 === 0
      ? { ...usual, id, name: id, trigger: sent, filter: files, action: 'delete', period: 'P2Y', scope: 'specific' }
      : { ...usual, id, name: id, trigger: sent, filter, action: index % 3 === 1 ? 'retain' : 'retain_then_delete', period: 'P7Y', scope: 'global' };
  });
  return [everything, ...others];
}
