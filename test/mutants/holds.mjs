/**
 * A piece left out of the protocol that keeps held messages from being destroyed. Left out here: what belongs to a directory of people, which
 * does not exist (a re-resolution that replaces, a change that leaves the register alone), and "ignoring the version of the rules in the
 * register" on the side of whoever destroys, since rules are proven, and so never older than a register that was read before. What belongs
 * to bytes stands in blobs.mjs.
 */
const DIRECTED = 'test/holds/directed-schedules.spec.ts';
const DOUBTFUL = 'test/holds/doubtful-reads.spec.ts';
const RANDOM = 'test/holds/random-histories.spec.ts';
const ERASING = 'test/contract/erasing.spec.ts';

const CARRY_OUT = 'src/disposition/carry-out.ts';
const DISPOSE_PART = 'src/disposition/dispose-part.ts';
const FINISH_CLAIMS = 'src/disposition/finish-claims.ts';
const JUDGE = 'src/disposition/judge.ts';
const PLACING = 'src/holds/finish-placing.ts';
const REFUSE = 'src/holds/refuse-destroyed.ts';
const HOLDS = 'src/holds/hold.service.ts';
const SETTLE = 'src/holds/settle.ts';
const SETTLE_CLAIM = 'src/holds/settle-claim.ts';
const POLICIES = 'src/retention/policy-store.ts';

export default [
  {
    name: 'a part that was judged before goes on although a hold came in between',
    file: JUDGE,
    find: 'epoch: _epoch, claims: _claims, ...ground }) => JSON.stringify(ground));',
    replace: 'epoch: _epoch, claims: _claims, ...ground }) => JSON.stringify(ground.incarnation));',
    suite: DIRECTED,
  },
  {
    name: 'rules of an earlier part serve although the register knows of later ones',
    file: JUDGE,
    find: 'earlier.rules.policyVersion >= register.policyVersion &&',
    replace: 'earlier.rules.policyVersion >= 0 &&',
    suite: DIRECTED,
  },
  {
    name: 'placing a hold touches nothing',
    file: SETTLE_CLAIM,
    find: 'await settle(tools, open.map(({ id }) => id));',
    replace: 'await settle(tools, open.slice(open.length).map(({ id }) => id));',
    suite: DIRECTED,
  },
  {
    name: 'a batch is claimed on whatever register stands',
    file: DISPOSE_PART,
    find: 'return await registers.replace(read, { claims: [...claims, { batchId, claimedAtEpoch: epoch + 1 }] });',
    replace: 'return await registers.change((now) => (claims.length + epoch < 0 ? null : { claims: [...now.claims, { batchId, claimedAtEpoch: now.epoch + 1 }] }));',
    suite: DIRECTED,
  },
  {
    name: 'an erase passes over the version, in the embedded engine',
    file: 'src/engine/sqlite/sqlite-index-eraser.ts',
    find: "'DELETE FROM message WHERE id = ? AND change = ? RETURNING",
    replace: "'DELETE FROM message WHERE id = ? AND change >= ? RETURNING",
    suite: ERASING,
  },
  {
    name: 'an erase passes over the version, in the cluster',
    file: 'src/engine/elasticsearch/message-body.ts',
    find: ',"if_seq_no":${replaced.sequence},"if_primary_term":${replaced.term}}}\\n`;',
    replace: '}}\\n`;',
    suite: ERASING,
  },
  {
    name: 'segments that the cluster left out are not rewritten again',
    file: 'src/engine/elasticsearch/remove-content.ts',
    find: 'if (left === 0 || round === REWRITES) return;',
    replace: 'return;',
    suite: 'test/elasticsearch/faults/erased-bytes.spec.ts',
  },
  {
    name: 'a version begins again after an erase',
    file: 'src/engine/sqlite/sqlite-index-eraser.ts',
    find: "writeMeta(this.connection, 'change', last);",
    replace: '',
    suite: ERASING,
  },
  {
    name: 'an erase takes the version that stands',
    file: CARRY_OUT,
    find: 'const acknowledged = await erase(tools, wanted, batchId);',
    replace:
      'const standing = new Map((await tools.writer.read(wanted.map(({ id }) => id))).map((found, place) => [wanted[place]!.id, found?.version ?? wanted[place]!.version]));\n' +
      '  const acknowledged = await erase(tools, wanted.map((item) => ({ ...item, version: standing.get(item.id)! })), batchId);',
    suite: DIRECTED,
  },
  {
    name: 'holds are remembered from one batch to the next',
    file: JUDGE,
    find: 'for (const { scope } of entries) {',
    replace: 'for (const { scope } of ((globalThis as { entries?: typeof entries }).entries ??= entries)) {',
    suite: DIRECTED,
  },
  {
    name: 'a batch is finished without being judged again',
    file: FINISH_CLAIMS,
    find: 'const judgments = await judgeAgain(tools, claimed.register, batch);',
    replace: 'const judgments = await judgeAgain(tools, { ...claimed.register, entries: [] }, batch);',
    suite: DOUBTFUL,
  },
  {
    name: 'a batch is certified by what was acknowledged, before it is settled',
    file: CARRY_OUT,
    find: 'settled.get(id)?.disposals.includes(batchId) ?? true;',
    replace: 'acknowledged?.has(id) === true;',
    suite: RANDOM,
  },
  {
    name: 'a re-import passes over stubs',
    file: 'src/ingest/store-batch.ts',
    find: 'if (stub === null || stub.disposals.length === 0) {',
    replace: 'if (stub === null || stub.disposals.length >= 0) {',
    suite: DIRECTED,
  },
  {
    name: 'a placing looks at the claims of a moment before its entry',
    file: PLACING,
    find: 'claimedAtEpoch < entry.placedAtEpoch &&',
    replace: 'claimedAtEpoch < entry.placedAtEpoch - 1 &&',
    suite: DIRECTED,
  },
  {
    name: 'a claim is dropped without settling what is kept',
    file: CARRY_OUT,
    find: 'const settled = await settle(tools, open);',
    replace: "const settled = kept.size === items.length ? new Map() : await settle(tools, open);\n  if (kept.size === items.length) for (const id of open) settled.set(id, { id, standing: { kind: 'nothing', id }, disposals: [] });",
    suite: DIRECTED,
  },
  {
    name: 'an unanswered erase is settled by reading',
    file: SETTLE,
    find: 'const results = await touch(writer, standing, prepare);',
    replace: "const results = standing.map((): { outcome: 'written' | 'refused'; problem: string } => ({ outcome: 'written', problem: String(touch === undefined || prepare === undefined) }));",
    suite: DIRECTED,
  },
  {
    name: 'an item is settled by a touch that was refused',
    file: SETTLE,
    find: "if (result.outcome === 'written') settled.set(",
    replace: 'settled.set(',
    suite: DOUBTFUL,
  },
  {
    name: 'a hold becomes active although a touch failed',
    file: PLACING,
    find: '(items) => (progress.unsettled = items));',
    replace: '(items) => (progress.unsettled = items)).catch(() => ({ settled: 0, hasDestroyed: false }));',
    suite: DIRECTED,
  },
  {
    name: 'any version but the claimed one counts as touched',
    file: SETTLE_CLAIM,
    find: "return found.kind !== 'message' || found.message.version !== version || isMeant(found.message);",
    replace: "return found.kind === 'message' && found.message.version === version && isMeant(found.message);",
    suite: DOUBTFUL,
  },
  {
    name: 'a re-import forgets what destroyed the message',
    file: 'src/ingest/store-batch.ts',
    find: 'return { prepared, expected, disposals };',
    replace: 'return { prepared, expected, disposals: disposals.slice(disposals.length) };',
    suite: DIRECTED,
  },
  {
    name: 'nobody minds that the audit does not know what is intended',
    file: CARRY_OUT,
    find: '    return true;\n  } catch {\n    return false;',
    replace: '    return true;\n  } catch {\n    return true;',
    suite: DIRECTED,
  },
  {
    name: 'a hold is called active although its last write was refused',
    file: PLACING,
    find: 'if ((await activate(tools.registers, read, entryId)) !== null) return',
    replace: 'if ((await activate(tools.registers, read, entryId)) !== undefined) return',
    suite: DOUBTFUL,
  },
  {
    name: 'a hold becomes active whatever is claimed by then',
    file: PLACING,
    find: 'return registers.replace(read, { entries: change(read.register) });',
    replace: 'return registers.change((now) => ({ entries: read === null ? [] : change(now) }));',
    suite: DOUBTFUL,
  },
  {
    name: 'what is gone was destroyed by this batch',
    file: CARRY_OUT,
    find: 'settled.get(id)?.disposals.includes(batchId) ?? true;',
    replace: "settled.get(id)?.standing.kind !== 'message';",
    suite: DIRECTED,
  },
  {
    name: 'a claim is taken as its owner read it',
    file: DISPOSE_PART,
    find: 'const proven = await registers.prove(later);',
    replace: 'const proven = (await Promise.resolve(later)) as ReadRegister | null;',
    suite: DOUBTFUL,
  },
  {
    name: 'a claim is taken as somebody who resumes read it',
    file: FINISH_CLAIMS,
    find: 'const proven = await registers.prove(await registers.read());\n    if (proven !== null) return proven;',
    replace: 'const read = await registers.read();\n    if (read !== null) return read;',
    suite: DOUBTFUL,
  },
  {
    name: 'an import refuses by a stub that was merely read',
    file: REFUSE,
    find: "if (isProven && results[index]!.outcome === 'written')",
    replace: 'if (isProven && results[index] !== undefined)',
    suite: DOUBTFUL,
  },
  {
    name: 'an import refuses by a register that was merely read',
    file: REFUSE,
    find: 'const isProven = (await this.registers.prove(read)) !== null;',
    replace: 'const isProven = read !== null;',
    suite: DOUBTFUL,
  },
  {
    name: 'an import brings back what no hold covers',
    file: REFUSE,
    find: "isHeld(read.register, copy)) ? 'reintroduce' : 'again'",
    replace: "isHeld(read.register, copy)) ? 'reintroduce' : 'reintroduce'",
    suite: DIRECTED,
  },
  {
    name: 'a rule that keeps longer touches nothing that is claimed',
    file: POLICIES,
    find: 'if (register.claims.length === 0) return;',
    replace: 'if (register.claims.length >= 0) return;',
    suite: DIRECTED,
  },
  {
    name: 'a rule that keeps longer is not told to the register',
    file: POLICIES,
    find: 'policyVersion >= lengthenedAt ? null : { policyVersion: version },',
    replace: 'policyVersion >= lengthenedAt || version > 0 ? null : { policyVersion: version },',
    suite: DIRECTED,
  },
  {
    name: 'rules are taken as they were read',
    file: 'src/retention/retention-rules.ts',
    find: 'await this.policies.readProven();',
    replace: 'await (this.policies as PolicyStore).read();',
    suite: DOUBTFUL,
  },
  {
    name: 'a hold that is being released no longer binds',
    file: JUDGE,
    find: 'for (const { scope } of entries) {',
    replace: "for (const { scope } of entries.filter(({ state }) => state !== 'release_pending')) {",
    suite: DIRECTED,
  },
  {
    name: 'a hold that is being placed does not bind yet',
    file: JUDGE,
    find: 'for (const { scope } of entries) {',
    replace: "for (const { scope } of entries.filter(({ state }) => state !== 'placing')) {",
    suite: DOUBTFUL,
  },
  {
    name: 'a release ends before it has cooled off',
    file: HOLDS,
    find: 'release !== null && release.until <= now;',
    replace: 'release !== null && release.until <= now * 2;',
    suite: DIRECTED,
  },
  {
    name: 'a release goes on although it was called back',
    file: HOLDS,
    find: 'if (known.request?.releaseId !== release.releaseId) throw',
    replace: 'if (known.request?.releaseId === "") throw',
    suite: DOUBTFUL,
  },
  {
    name: 'a batch does not know the bytes of its messages',
    file: DISPOSE_PART,
    find: 'tokens: tokensOf(message.message) }',
    replace: 'tokens: tokensOf(message.message).slice(9) }',
    suite: DIRECTED,
  },
  {
    name: 'bytes of what is settled stay',
    file: CARRY_OUT,
    find: 'const tokens = destroyed.flatMap((item) => item.tokens);',
    replace: 'const tokens = destroyed.slice(destroyed.length).flatMap((item) => item.tokens);',
    suite: DIRECTED,
  },
  {
    name: 'a claim is made while an index is being made anew',
    file: JUDGE,
    find: 'refuseWhileRebuilding({ rebuilding });',
    replace: 'refuseWhileRebuilding({ rebuilding: rebuilding && null });',
    suite: DIRECTED,
  },
  {
    name: 'a doubtful fact is not held',
    file: JUDGE,
    find: "isUnknown ||= coverage === 'unknown';",
    replace: "isUnknown ||= coverage === 'yes';",
    suite: DIRECTED,
  },
];
