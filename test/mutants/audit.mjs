/** Broken audits: appending, trees, proofs, checkpoints, keys, verifying. */
const LOG = 'src/audit/audit-log.spec.ts';
const PROOFS = 'src/audit/merkle-proofs.spec.ts';
const CHECKPOINTS = 'src/audit/make-checkpoint.spec.ts';
const EXPORTS = 'src/audit/verify-export.spec.ts';
const KEYS = 'src/audit/signing-key.spec.ts';
const ROLLBACK = 'src/audit/refuse-rolled-back-audit.spec.ts';
const READING = 'src/audit/read-events.spec.ts';
const HTTP = 'test/e2e/audit.spec.ts';
const at = (name) => `src/audit/${name}.ts`;

export default [
  {
    name: 'events behind a failed write wait their own time',
    file: at('audit-log'),
    find: 'const failed = [...batch, ...this.waiting.splice(0)];',
    replace: 'const failed = batch;',
    suite: LOG,
  },
  {
    name: 'a write that was given up goes on trying',
    file: at('audit-log'),
    find: 'attempt < ATTEMPTS && !givenUp.aborted',
    replace: 'attempt < ATTEMPTS && givenUp !== null',
    suite: LOG,
  },
  {
    name: 'leaves and nodes are hashed alike',
    file: at('merkle-tree'),
    find: 'const NODE_BYTE = Buffer.of(1);',
    replace: 'const NODE_BYTE = Buffer.of(0);',
    suite: PROOFS,
  },
  {
    name: 'a tree is parted in the middle',
    file: at('merkle-proofs'),
    find: 'while (left * 2 < to - from) left *= 2;',
    replace: 'while (left * 2 <= to - from) left *= 2;',
    suite: PROOFS,
  },
  {
    name: 'a proof may leave siblings out',
    file: at('merkle-proofs'),
    find: '  if (spans?.length !== path.length) return false;\n  const top',
    replace: '  if (spans === null) return false;\n  const top',
    suite: PROOFS,
  },
  {
    name: 'a consistency proof forgets the older root',
    file: at('merkle-proofs'),
    find: 'return oldRoot.equals(older.root) && newRoot',
    replace: 'return oldRoot.length > 0 && newRoot',
    suite: PROOFS,
  },
  {
    name: 'a leaf does not tell its block',
    file: at('audit-block'),
    find: '`{"block":${header},',
    replace: '`{"block":${header.length > 0},',
    suite: EXPORTS,
  },
  {
    name: 'a line may be written otherwise',
    file: at('verify-export'),
    find: 'isBlock(value) && canonicalJson(value) === text ? value',
    replace: 'isBlock(value) ? value',
    suite: EXPORTS,
  },
  {
    name: 'a line is decoded leniently',
    file: at('verify-export'),
    find: '{ fatal: true, ignoreBOM: true }',
    replace: '{ fatal: true, ignoreBOM: false }',
    suite: EXPORTS,
  },
  {
    name: 'a cut last line counts as whole',
    file: at('verify-export'),
    find: "      this.check.note({ fault: 'end_cut'",
    replace: "      if (this.lines < 0) this.check.note({ fault: 'end_cut'",
    suite: EXPORTS,
  },
  {
    name: 'a checkpoint of more events than there are is passed over',
    file: at('audit-check'),
    find: 'for (const checkpoint of this.checkpoints.slice(this.next))',
    replace: 'for (const checkpoint of this.checkpoints.slice(this.next + 1))',
    suite: EXPORTS,
  },
  {
    name: 'two checkpoints of one size are compared with the first only',
    file: at('audit-check'),
    find: 'while (this.checkpoints[this.next]?.treeSize',
    replace: 'if (this.checkpoints[this.next]?.treeSize',
    suite: EXPORTS,
  },
  {
    name: 'a block without events is none',
    file: at('block-faults'),
    find: 'block.events.length > 0 ? null',
    replace: 'block.events.length >= 0 ? null',
    suite: EXPORTS,
  },
  {
    name: 'the last block of a checkpoint may grow',
    file: at('audit-check'),
    find: '} else if (!isBlockEnd) {',
    replace: '} else if (!isBlockEnd && this.blocks < 0) {',
    suite: EXPORTS,
  },
  {
    name: 'a signature speaks for the root alone',
    file: at('checkpoint'),
    find: 'return `holdfast audit checkpoint 1\\n${canonicalJson(checkpoint)}`;',
    replace: 'return `holdfast audit checkpoint 1\\n${checkpoint.root}`;',
    suite: EXPORTS,
  },
  {
    name: 'an unknown key is passed over',
    file: at('checkpoint'),
    find: "if (key === undefined) return 'key_unknown';",
    replace: 'if (key === undefined) return null;',
    suite: EXPORTS,
  },
  {
    name: 'a checkpoint does not look at the one before',
    file: at('make-checkpoint'),
    find: 'if (last !== null) await requireBeginning(tree, last);',
    replace: 'if (last !== null && size < 0) await requireBeginning(tree, last);',
    suite: CHECKPOINTS,
  },
  {
    name: 'a checkpoint is signed over a broken chain',
    file: at('audit-tree'),
    find: 'if (fault === undefined) return;',
    replace: 'if (fault === undefined || block.sequence > 0) return;',
    suite: CHECKPOINTS,
  },
  {
    name: 'segments are not kept',
    file: at('make-checkpoint'),
    find: '  await tree.store();\n',
    replace: '',
    suite: CHECKPOINTS,
  },
  {
    name: 'a segment begins with its block',
    file: at('audit-tree'),
    find: 'if (block.sequence === start.sequence && place < start.place) continue;',
    replace: '',
    suite: CHECKPOINTS,
  },
  {
    name: 'a key may lie in the data directory behind a link',
    file: at('is-inside'),
    find: 'return realpathSync(whole);',
    replace: 'realpathSync(whole);\n    return whole;',
    suite: KEYS,
  },
  {
    name: 'a new key takes the place of one that nobody gave up',
    file: at('signing-key'),
    find: 'if (replaces) renameSync(draft, file);',
    replace: 'if (replaces || !replaces) renameSync(draft, file);',
    suite: KEYS,
  },
  {
    name: 'the keys before are forgotten',
    file: at('signing-key'),
    find: '[...(previous?.publicKeys.values() ?? [])]',
    replace: '[...(previous?.publicKeys.values() ?? [])].slice(0, 0)',
    suite: KEYS,
  },
  {
    name: 'an older state may be put back',
    file: at('refuse-rolled-back-audit'),
    find: 'await requireBeginning(await AuditTree.open(catalog), exported);',
    replace: 'await AuditTree.open(catalog);',
    suite: ROLLBACK,
  },
  {
    name: 'the file of checkpoints may be gone',
    file: at('refuse-rolled-back-audit'),
    find: 'if ((await lastCheckpoint(catalog)) === null) return null;',
    replace: 'if ((await lastCheckpoint(catalog)) !== undefined) return null;',
    suite: ROLLBACK,
  },
  {
    name: 'a page of the audit leaves out the rest of a block',
    file: at('read-events'),
    find: 'blockId(before.sequence + 1)',
    replace: 'blockId(before.sequence)',
    suite: READING,
  },
  {
    name: 'looking into the audit is not in it',
    file: at('audit-reader.service'),
    find: "await this.record(viewer, { operation: 'list', filterFields: fields.sort(), eventId: null });",
    replace: 'fields.sort();',
    suite: HTTP,
  },
];
