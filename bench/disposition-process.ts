import { withDisposition } from '../src/disposition/with-disposition.js';

/** What the process tells behind each of its steps. Milliseconds. */
export type DispositionMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'proposed'; readonly milliseconds: number; readonly items: number; readonly kept: Readonly<Record<string, number>>; readonly proposalId: string }
  | { readonly kind: 'ran'; readonly milliseconds: number; readonly destroyed: number; readonly kept: number }
  | { readonly kind: 'removed'; readonly milliseconds: number; readonly byStep: Readonly<Record<string, number>> };

/** Proposes everything that may go, lets the other person agree, destroys it, and takes the bytes out of the stores. */
await withDisposition(async ({ service, removal }) => {
  await tell({ kind: 'ready' });
  let begin = performance.now();
  const { proposalId, setHash, itemCount, kept: reasons } = await service.propose('administrator');
  await tell({ kind: 'proposed', milliseconds: performance.now() - begin, items: itemCount, kept: reasons, proposalId });

  begin = performance.now();
  await service.approve('approver', proposalId, setHash);
  let [destroyed, kept] = [0, 0];
  for await (const { certificate } of service.run('administrator', proposalId)) {
    destroyed += certificate.destroyed.length;
    kept += certificate.kept.length;
  }
  await tell({ kind: 'ran', milliseconds: performance.now() - begin, destroyed, kept });

  begin = performance.now();
  const byStep: Record<string, number> = {};
  let [last, step] = [begin, 'none'];
  for await (const { content } of removal.run('administrator')) {
    const done = content?.done ?? 'none';
    // What is done now was under way until now.
    if (done === step) continue;
    const now = performance.now();
    byStep[done] = now - last;
    [last, step] = [now, done];
  }
  await tell({ kind: 'removed', milliseconds: performance.now() - begin, byStep });
});
process.disconnect();

function tell(message: DispositionMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}
