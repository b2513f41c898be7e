import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { LOCAL_INVESTIGATOR } from '../access/viewer.js';
import { HoldfastError } from '../errors/errors.js';
import type { TermReportLine } from '../search/term-report.model.js';
import { TermReportService } from '../search/term-report.service.js';
import { addFilterOptions, filterOf, type FilterOptions } from './filter-options.js';
import { runAction } from './run-action.js';
import { withServices } from './with-services.js';

interface TermsOptions extends FilterOptions {
  readonly json?: true;
}

interface WrittenTerm {
  readonly line: number;
  readonly term: string;
}

export function registerTermsCommand(program: Command): void {
  const command = program
    .command('terms')
    .description('count what each term of a list hits: messages, messages that only it hits, messages by custodian')
    .argument('<file>', 'UTF-8, one term a line in the search language; blank lines and lines that begin with // are left out')
    .option('--json', 'the report as JSON');
  addFilterOptions(command).action((file: string, options: TermsOptions) => runAction(() => reportTerms(file, options)));
}

async function reportTerms(file: string, options: TermsOptions): Promise<0> {
  const terms = readTerms(file);
  const lines = await withServices((services) => reportOf(services.get(TermReportService), terms, options));
  if (options.json) console.log(JSON.stringify(lines, null, 2));
  else for (const line of lines) console.log(asText(line));
  return 0;
}

async function reportOf(reports: TermReportService, terms: readonly WrittenTerm[], options: TermsOptions): Promise<TermReportLine[]> {
  try {
    return await reports.run(
      LOCAL_INVESTIGATOR,
      terms.map(({ term }) => term),
      filterOf(options),
    );
  } catch (error) {
    // the report counts terms; people look for lines of the file
    const term = error instanceof HoldfastError && typeof error.facts['line'] === 'number' ? terms[error.facts['line'] - 1] : undefined;
    if (!(error instanceof HoldfastError) || term === undefined) throw error;
    throw new HoldfastError(error.code, `In line ${term.line} of the file.`, { ...error.facts, line: term.line }, { cause: error });
  }
}

function readTerms(file: string): WrittenTerm[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw new HoldfastError('IMPORT_FILE_UNREADABLE', 'The list of terms must be a UTF-8 file.', {}, { cause: error });
  }
  return text
    .split(/\r?\n/)
    .map((term, index) => ({ line: index + 1, term: term.trim() }))
    .filter(({ term }) => term !== '' && !term.startsWith('//'));
}

function asText({ term, hitCount, uniqueHitCount, hitCountByCustodian }: TermReportLine): string {
  const custodians = hitCountByCustodian.map(({ custodianId, count }) => `${custodianId} ${count}`);
  return [hitCount, uniqueHitCount, term, custodians.join(', ')].join('\t');
}
