/** True in `npm run test:full`: suites run the counts that the project promises. */
export const isFullRun = process.env['HOLDFAST_TEST_SCALE'] === 'full';

/** How many rounds a suite runs: `count` in the full run, a twentieth of it (at least one) otherwise. */
export function scaled(count: number): number {
  return isFullRun ? count : Math.max(1, Math.ceil(count / 20));
}
