/** A backup, a restore and a rebuilding that leave out what they are there for. */
const BACKUP = 'test/backup/backup.spec.ts';
const REBUILDING = 'test/backup/rebuilding.spec.ts';
const MOVE = 'src/migration/move-archive.spec.ts';
const at = (name) => `src/backup/${name}.ts`;

export default [
  {
    name: 'versions of the lost archive stand in the restored one',
    file: 'src/engine/sqlite/sqlite-backup.ts',
    find: 'if (file !== REJECTED_FILE) renewIncarnation(restored);',
    replace: 'if (file === REJECTED_FILE) renewIncarnation(restored);',
    suite: BACKUP,
  },
  {
    name: 'an import run is further than its restored messages',
    file: at('saved-import-runs'),
    find: 'if (JSON.stringify(run) !== JSON.stringify(value)) await',
    replace: 'if (JSON.stringify(run) === JSON.stringify(value)) await',
    suite: BACKUP,
  },
  {
    name: 'a restored archive can be read at once',
    file: 'src/engine/restored-search-engine.ts',
    find: "return state?.value.role === 'restored' ? new RestoredSearchEngine(engine, catalog) : engine;",
    replace: "return state?.value.role === 'receiving' ? new RestoredSearchEngine(engine, catalog) : engine;",
    suite: BACKUP,
  },
  {
    name: 'disposition goes on behind a restore',
    file: at('restore-backup'),
    find: 'suspended: { reason: RESTORED, since: now },',
    replace: 'suspended: null,',
    suite: BACKUP,
  },
  {
    name: 'nobody looks at the seal of a certificate',
    file: at('certificate-file'),
    find: 'if (sealed === null || sealOf(sealed.certificate, key) !== sealed.seal) {',
    replace: 'if (sealed === null) {',
    suite: BACKUP,
  },
  {
    name: 'a file of a backup may be any',
    file: at('backup-manifest'),
    find: 'if (found !== null && found.bytes === bytes && found.sha256 === sha256) return;',
    replace: 'if (found !== null) return;',
    suite: BACKUP,
  },
  {
    name: 'a backup is restored over an archive',
    file: at('restore-backup'),
    find: 'if (found !== undefined || !(await stores.isEmpty())) {',
    replace: 'if (found === null) {',
    suite: BACKUP,
  },
  {
    name: 'an index is made anew while a batch is claimed',
    file: 'src/holds/rebuilding.ts',
    find: 'if (claims.length > 0) throw',
    replace: 'if (claims.length > 9) throw',
    suite: REBUILDING,
  },
  {
    name: 'the end of a rebuilding that gave way lets others destroy',
    file: 'src/holds/rebuilding.ts',
    find: '(this.isOurs(rebuilding) ? { rebuilding: null } : null)',
    replace: '(rebuilding !== null ? { rebuilding: null } : null)',
    suite: REBUILDING,
  },
  {
    name: 'messages are destroyed while an index is made anew',
    file: 'src/holds/rebuilding.ts',
    find: 'if (rebuilding === null) return;',
    replace: 'if (rebuilding === null || rebuilding.since > 0) return;',
    suite: REBUILDING,
  },
  {
    name: 'a register that is moved changes where it was',
    file: 'src/holds/register-store.ts',
    find: 'if (isBeingMoved(read.register) && change.rebuilding === undefined) {',
    replace: 'if (isBeingMoved(read.register) && change.rebuilding === null) {',
    suite: MOVE,
  },
];
