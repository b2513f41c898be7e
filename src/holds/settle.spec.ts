import { expect, it } from '@jest/globals';
import { GovernedArchive } from '../../test/holds/governed-archive.js';
import { makeMessage } from '../../test/support/make-message.js';
import { prepare } from '../../test/support/prepare.js';
import { settle } from './settle.js';

const message = makeMessage('message');
const gone = makeMessage('gone');
const absent = makeMessage('absent');

it('settles whatever stands, so that nothing older can be erased, and tells who has destroyed it', async () => {
  const { tools, writer, eraser } = new GovernedArchive();
  await writer.put([message, gone].map((one) => ({ prepared: prepare(one), expected: null })));
  const [known, other] = await writer.read([message.id, gone.id]);
  await eraser.erase([{ id: gone.id, version: other!.version }], 'batch');
  const settled = await settle(tools, [message.id, gone.id, absent.id, message.id]);
  expect([message, gone, absent].map(({ id }) => settled.get(id)!.disposals)).toEqual([[], ['batch'], []]);
  expect(await eraser.erase([{ id: message.id, version: known!.version }], 'late')).toEqual([{ outcome: 'conflict' }]);
  expect(await writer.readStubs([absent.id])).toMatchObject([{ disposals: [] }]);
  expect(writer.all().map((stored) => stored.message)).toEqual([message]);
});

it('goes on until its own write has succeeded', async () => {
  const { tools, writer } = new GovernedArchive();
  await writer.put([{ prepared: prepare(message), expected: null }]);
  let others = 3;
  writer.beforePut = async () => {
    if (--others < 0) return;
    const { prepared, disposals } = writer.messages.get(message.id)!;
    writer.messages.set(message.id, { prepared, disposals, version: `another ${others}` });
  };
  const settled = await settle(tools, [message.id]);
  expect(settled.get(message.id)!.standing).toMatchObject({ message: { version: 'another 0' } });
  writer.beforePut = () => Promise.reject(new Error('the disk is full'));
  await expect(settle(tools, [message.id])).rejects.toThrow('the disk is full');
});
