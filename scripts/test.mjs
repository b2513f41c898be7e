/**
 * `npm test`: install if needed, build, check types, lint, then every test. `--full` runs the counts that the project promises.
 * Other arguments go to Jest. The last line is always `N passed, N failed, N skipped`; the exit code is not 0 if anything failed.
 */
import { installIfNeeded } from './install-if-needed.mjs';
import { runNode } from './run.mjs';
import { runJest } from './run-jest.mjs';
import { BROKER_VARIABLE, ElasticsearchBroker } from '../test/support/elasticsearch/broker.mjs';

/** Suites that measure time: nothing else may run beside them. */
const ALONE = ['test/e2e/timeout.spec.ts'];

const isFull = process.argv.includes('--full');
const jestArguments = process.argv.slice(2).filter((argument) => argument !== '--full');
const total = { passed: 0, failed: 0, skipped: 0 };

async function check(name, action) {
  const start = performance.now();
  let isPassed = false;
  try {
    isPassed = await action();
  } catch (error) {
    console.error(error);
  }
  total[isPassed ? 'passed' : 'failed'] += 1;
  console.log(`${isPassed ? 'passed' : 'FAILED'}  ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return isPassed;
}

async function buildIsDone() {
  const { buildIfNeeded } = await import('./build.mjs');
  await buildIfNeeded();
  return true;
}

function printSkipped(report) {
  for (const suite of report.testResults) {
    for (const test of suite.assertionResults) {
      if (test.status === 'pending' || test.status === 'todo') console.log(`skipped ${test.fullName}`);
    }
  }
}

/** The server that the suites used, or, loudly, that there was none. In CI each suite that lacks it has failed before. */
function printElasticsearch({ outcome }) {
  if (outcome === null) console.log('Elasticsearch: no suite asked for a server.');
  else if (outcome.reason === undefined) console.log(`Tested on ${outcome.about}.`);
  else
    console.log(
      `${'!'.repeat(100)}\nNOT TESTED ON ELASTICSEARCH: ${outcome.reason}\nCONTRIBUTING.md tells what it needs.\n${'!'.repeat(100)}`,
    );
}

async function runSuites(broker, suiteArguments) {
  const colors = process.stderr.isTTY ? [] : ['--no-colors'];
  const report = await runJest(['--ci', ...colors, ...suiteArguments], {
    environment: { HOLDFAST_TEST_SCALE: isFull ? 'full' : 'twentieth', [BROKER_VARIABLE]: broker.address },
  });
  if (report === null) {
    console.error('Jest did not end with a report.');
    total.failed += 1;
    return;
  }
  printSkipped(report);
  total.passed += report.numPassedTests;
  // A suite that does not even load has no tests to count.
  total.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  total.skipped += report.numPendingTests + report.numTodoTests;
  if (report.numTotalTests === 0) total.failed += 1;
}

const isReady = (await check('install', () => installIfNeeded().then(() => true))) && (await check('build', buildIsDone));
if (isReady) {
  await check('types', async () => (await runNode(['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'])) === 0);
  await check('lint', async () => (await runNode(['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'])) === 0);
  const broker = await ElasticsearchBroker.start();
  if (jestArguments.length > 0) {
    await runSuites(broker, jestArguments);
  } else {
    await runSuites(broker, ['--testPathIgnorePatterns=/node_modules/', ...ALONE.map((path) => `--testPathIgnorePatterns=${path}`)]);
    await runSuites(broker, ['--runInBand', ...ALONE]);
  }
  await broker.close();
  printElasticsearch(broker);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
