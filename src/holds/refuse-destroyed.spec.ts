import { beforeEach, describe, expect, it } from '@jest/globals';
import { GovernedArchive } from '../../test/holds/governed-archive.js';
import { makeMessage } from '../../test/support/make-message.js';
import { terms } from '../../test/support/query-nodes.js';

const ANN = makeMessage('of ann', { custodianIds: ['ann'] });
const NOBODY = makeMessage('of nobody');

let archive: GovernedArchive;
beforeEach(async () => {
  archive = new GovernedArchive();
  await archive.import([ANN, NOBODY]);
  await archive.run(await archive.approved());
  expect(archive.names()).toEqual([]);
});

describe('importing what was destroyed', () => {
  it('is refused, and each refusal is a write that nothing older can pass', async () => {
    const before = await archive.writer.readStubs([ANN.id]);
    expect(await archive.import([ANN, ANN])).toEqual(['disposed', 'disposed']);
    const after = await archive.writer.readStubs([ANN.id]);
    expect(after).toEqual([{ ...before[0]!, version: expect.any(String) }]);
    expect(after[0]!.version).not.toBe(before[0]!.version);
  });

  it('is not refused by a register that a hold has changed meanwhile', async () => {
    const rewrite = archive.writer.rewriteStubs.bind(archive.writer);
    let isFirst = true;
    archive.writer.rewriteStubs = async (stubs) => {
      const results = await rewrite(stubs);
      if (isFirst) await archive.place(terms('custodianId', 'ann'), `hold ${(isFirst = false)}`);
      return results;
    };
    expect(await archive.import([ANN])).toEqual(['reintroduced']);
    expect(archive.names()).toEqual(['of ann']);
  });

  it('is not refused where a fact is missing that a hold asks for', async () => {
    await archive.place(terms('custodianId', 'bob'));
    expect(await archive.import([ANN, NOBODY])).toEqual(['disposed', 'reintroduced']);
  });

  it('under a hold waits for the audit', async () => {
    await archive.place(terms('custodianId', 'ann'));
    const mute = archive.process({ audit: { append: () => Promise.reject(new Error('no audit')) } });
    await expect(mute.import([ANN])).rejects.toThrow('no audit');
    expect(archive.names()).toEqual([]);
  });
});
