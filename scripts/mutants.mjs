/**
 * `npm run mutants [-- NAME...]`: patches a real source file, runs the real suite, expects it to fail, restores the file.
 * A mutant is `{ name, file, find, replace, suite }`: `find` must stand in `file` exactly once, `suite` is a Jest path pattern.
 * They stand in test/mutants/*.mjs (default export: a list). The last line is `N caught, N survived, N not applied`.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfNeeded } from './build.mjs';
import { installIfNeeded } from './install-if-needed.mjs';
import { patchedFile } from './patched-file.mjs';
import { ROOT } from './run.mjs';
import { runJest } from './run-jest.mjs';
import { BROKER_VARIABLE, ElasticsearchBroker } from '../test/support/elasticsearch/broker.mjs';

/** A mutant that makes its suite run on for ever is caught as well. */
const TIME_LIMIT_MS = 15 * 60_000;
const total = { caught: 0, survived: 0, 'not applied': 0 };

async function readMutants(names) {
  const folder = join(ROOT, 'test/mutants');
  const lists = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.mjs'))
        .sort()
    : [];
  const mutants = [];
  for (const list of lists) mutants.push(...(await import(pathToFileURL(join(folder, list)).href)).default);
  return names.length === 0 ? mutants : mutants.filter(({ name }) => names.some((wanted) => name.includes(wanted)));
}

const broker = await ElasticsearchBroker.start();
const runSuite = (suite) =>
  runJest(['--ci', '--bail', '--testTimeout=120000', suite], {
    environment: { [BROKER_VARIABLE]: broker.address },
    show: false,
    timeoutMs: TIME_LIMIT_MS,
  });

function firstFailure(report) {
  for (const suite of report.testResults) {
    const failed = suite.assertionResults.find(({ status }) => status === 'failed');
    if (failed !== undefined) return failed.fullName;
  }
  return null;
}

/** Runs the suite against the patched file; says how that went and why. */
async function judge({ suite }) {
  try {
    // Search and import run in processes of their own, from dist/.
    await buildIfNeeded();
  } catch (error) {
    return ['not applied', `does not compile: ${error.message.split('\n')[0]}`];
  }
  const report = await runSuite(suite);
  if (report === null) return ['caught', `the suite did not end within ${TIME_LIMIT_MS / 60_000} minutes`];
  const failure = firstFailure(report);
  if (failure !== null) return ['caught', failure];
  return report.success ? ['survived', `${report.numPassedTests} tests passed`] : ['not applied', 'the suite does not load'];
}

async function tryMutant(mutant, isGreen) {
  if (!(await isGreen(mutant.suite))) return ['not applied', `${mutant.suite} is not green (or empty) without the mutant`];
  if (!patchedFile.patch(mutant.file, mutant.find, mutant.replace))
    return ['not applied', `its text is not exactly once in ${mutant.file}`];
  try {
    return await judge(mutant);
  } finally {
    patchedFile.restore();
  }
}

function rememberGreenSuites() {
  const known = new Map();
  return async (suite) => {
    if (!known.has(suite)) {
      await buildIfNeeded();
      const report = await runSuite(suite);
      known.set(suite, report?.success === true && report.numPassedTests > 0);
    }
    return known.get(suite);
  };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => process.exit(130));
}
process.on('exit', () => patchedFile.restore());

await installIfNeeded();
const left = patchedFile.restore();
if (left !== null) console.log(`restored ${left} from a run that was cut off`);
const mutants = await readMutants(process.argv.slice(2));
const isGreen = rememberGreenSuites();
for (const mutant of mutants) {
  const [outcome, why] = await tryMutant(mutant, isGreen);
  total[outcome] += 1;
  console.log(`${outcome === 'caught' ? '' : `${outcome.toUpperCase()} `}${mutant.name} -> ${why}`);
}
await buildIfNeeded();
await broker.close();
console.log(`${total.caught} caught, ${total.survived} survived, ${total['not applied']} not applied`);
process.exitCode = mutants.length > 0 && total.caught === mutants.length ? 0 : 1;
