import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import type { AuditReport } from '../audit/audit-check.js';
import { verifyAudit } from '../audit/verify-audit.js';
import { BlobStore } from '../blobs/blob-store.js';
import { verifyBlobs, type BlobsReport } from '../blobs/verify-blobs.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { loadEnvironment } from '../config/env.js';
import type { IndexWriter, VerifyReport } from '../engine/index-writer.js';
import { SearchEngine } from '../engine/search-engine.js';
import { archiveDigest } from '../ingest/archive-digest.js';
import { TEXT_FIELDS, type TextField } from '../query/ast.js';
import { CertifyService, type Certificate } from '../search/certify.service.js';
import { addFilterOptions, filterOf, type FilterOptions } from './filter-options.js';
import { Progress } from './progress.js';
import { runAction, type ExitCode } from './run-action.js';
import { withServices } from './with-services.js';
import { withWriter } from './with-writer.js';

interface VerifyOptions extends FilterOptions {
  readonly query?: string;
  readonly rehash?: true;
  readonly field?: TextField[];
  readonly json?: true;
}

/** Ids and problems that are printed; the JSON has all. */
const SHOWN = 20;

export function registerVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .description('check that rows, index and folded text agree, and that the audit is one chain; or certify one search')
    .option('--rehash', 'read all attachment bytes again as well: whether they are there, and are what was stored')
    .option('--query <text>', 'compare the search for this text with a look at every message')
    .addOption(new Option('--field <fields...>', 'for --query: where terms without a field prefix are looked for').choices(TEXT_FIELDS))
    .option('--json', 'the report as JSON');
  addFilterOptions(command).action((options: VerifyOptions) =>
    runAction(() => (options.query === undefined ? verifyArchive(options) : certify(options.query, options))),
  );
}

async function verifyArchive({ json, rehash }: VerifyOptions): Promise<ExitCode> {
  const { index, digest, blobs } = await withWriter(async (writer, prepare) => ({
    index: await showing('messages', writer.verify(prepare)),
    digest: await archiveDigest(writer),
    blobs: rehash ? await verifyAttachments(writer) : undefined,
  }));
  const audit = await withServices((services) => verifyAudit(services.get(CatalogStore)));
  console.log(json ? JSON.stringify({ index, digest, audit, attachments: blobs }, null, 2) : asText(index, digest, audit, blobs));
  return [index, audit, blobs].some((report) => report !== undefined && report.problems.length > 0) ? 1 : 0;
}

function verifyAttachments(writer: IndexWriter): Promise<BlobsReport> {
  const store = new BlobStore(join(loadEnvironment().HOLDFAST_DATA_DIR, 'blobs'));
  return withServices((services) => showing('files', verifyBlobs({ writer, catalog: services.get(CatalogStore), store })));
}

/** Runs to the end and shows how far it is. */
async function showing<Report>(unit: string, steps: AsyncGenerator<{ readonly done: number; readonly total: number }, Report>): Promise<Report> {
  const progress = new Progress(unit);
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      progress.show(step.value);
    }
  } finally {
    progress.end();
  }
}

function asText(index: VerifyReport, digest: string, audit: AuditReport, blobs: BlobsReport | undefined): string {
  return [
    `${index.messages} messages: ${index.problems.length === 0 ? 'rows, index and folded text agree' : `${index.problems.length} problems`}`,
    ...index.problems.slice(0, SHOWN).map(({ id, problem }) => `  ${id}: ${problem}`),
    ...(blobs === undefined ? [] : attachmentLines(blobs)),
    `${audit.events} audit events in ${audit.blocks} blocks: ${audit.problems.length === 0 ? 'one unbroken chain' : `${audit.problems.length} problems`}`,
    ...audit.problems.slice(0, SHOWN).map(({ sequence, problem }) => `  ${sequence === null ? '' : `block ${sequence}: `}${problem}`),
    `last block: ${audit.headHash}`,
    `archive digest: ${digest}`,
  ].join('\n');
}

function attachmentLines({ files, bytes, problems }: BlobsReport): readonly string[] {
  return [
    `${files} files of attachments, ${bytes} bytes: ${problems.length === 0 ? 'every message finds its own, as they were stored' : `${problems.length} problems`}`,
    ...problems.slice(0, SHOWN).map(({ id, problem }) => `  ${id}: ${problem}`),
  ];
}

async function certify(text: string, options: VerifyOptions): Promise<ExitCode> {
  const certificate = await withServices(async (services) => {
    const total = (await services.get(SearchEngine).health()).messageCount;
    const progress = new Progress('messages');
    try {
      const parameters = { text, textFields: options.field, filter: filterOf(options) };
      return await services.get(CertifyService).certify(LOCAL_INVESTIGATOR, parameters, (done) => progress.show({ done, total }));
    } finally {
      progress.end();
    }
  });
  console.log(options.json ? JSON.stringify(certificate, null, 2) : certificateText(certificate));
  return certificate.missed.length === 0 && certificate.extra.length === 0 ? 0 : 1;
}

function certificateText({ messageCount, hitCount, missed, extra, isStill }: Certificate): string {
  const isRight = missed.length === 0 && extra.length === 0;
  return [
    `${hitCount} hits, ${messageCount} messages read: ${isRight ? 'the search found every one of them, and nothing else' : 'the search is WRONG'}`,
    ...missed.slice(0, SHOWN).map((id) => `  missed: ${id}`),
    ...extra.slice(0, SHOWN).map((id) => `  found in error: ${id}`),
    ...(isRight || isStill ? [] : ['Messages were stored meanwhile; try again when no import runs.']),
  ].join('\n');
}
