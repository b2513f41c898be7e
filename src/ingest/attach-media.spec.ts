import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAttachment, makeMessage } from '../../test/support/make-message.js';
import type { Attachment } from '../domain/message.js';
import { attachMedia, type MediaPlaces } from './attach-media.js';

let top: string;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-media-')));
  for (const folder of ['export/chats/media', 'export/pictures', 'elsewhere', 'media']) mkdirSync(join(top, folder), { recursive: true });
  for (const file of ['export/chats/media/a.txt', 'export/pictures/b.txt', 'elsewhere/secret.txt', 'media/c.txt'])
    writeFileSync(join(top, file), file);
  symlinkSync('../../../elsewhere/secret.txt', join(top, 'export/chats/media/link-out'));
  symlinkSync('../../../elsewhere', join(top, 'export/chats/media/folder-out'));
  symlinkSync('a.txt', join(top, 'export/chats/media/link-in'));
  execFileSync('mkfifo', [join(top, 'export/chats/media/pipe')]);
  for (const file of ['export/chats/1', 'export/chats/media/2', 'media/3', 'elsewhere/4']) {
    const text = file.slice(-1);
    writeFileSync(join(top, `${file.slice(0, -1)}${text === '2' ? md5(text) : `${md5(text).toUpperCase()}.jpg`}`), text);
  }
  writeFileSync(join(top, 'export/chats', `${'0'.repeat(32)}.txt`), 'not what it is named after');
  symlinkSync(`../../elsewhere/${md5('4').toUpperCase()}.jpg`, join(top, 'export/chats', `${md5('4')}.jpg`));
});
afterAll(() => rmSync(top, { recursive: true }));

function attach(path: string | null, places: Partial<MediaPlaces> = {}, declared: Partial<Attachment> = {}): Promise<object> {
  return attachReference(path === null ? null : { path, md5: null }, places, declared);
}

function attachByMd5(declaredMd5: string, places: Partial<MediaPlaces> = {}): Promise<object> {
  return attachReference({ path: null, md5: declaredMd5 }, places, { declaredMd5 });
}

async function attachReference(
  reference: { path: string | null; md5: string | null } | null,
  places: Partial<MediaPlaces>,
  declared: Partial<Attachment>,
): Promise<object> {
  const message = makeMessage('m', { attachments: [makeAttachment('x', declared)] });
  const media = reference === null ? [] : [{ attachmentId: 'attachment-x', path: reference.path, md5: reference.md5 }];
  const { draft, found } = await attachMedia(message, media, {
    base: join(top, 'export/chats'),
    root: join(top, 'export'),
    mediaDirectory: null,
    ...places,
  });
  const [attachment] = draft.attachments;
  return {
    state: attachment!.state,
    sha256: attachment!.sha256,
    size: attachment!.size,
    warnings: draft.warnings,
    taken: found.map(({ path }) => path.slice(top.length + 1)),
  };
}

const taken = (file: string, warnings: string[] = []): object => ({
  state: 'not_scanned',
  sha256: sha256(file),
  size: file.length,
  warnings,
  taken: [file],
});
const lost = (warning: string): object => ({ state: 'missing', sha256: null, size: null, warnings: [warning], taken: [] });

describe('attachMedia', () => {
  // prettier-ignore
  it.each([
    ['media/a.txt', 'export/chats/media/a.txt'],
    ['./media/../media/a.txt', 'export/chats/media/a.txt'],
    ['media\\a.txt', 'export/chats/media/a.txt'],
    ['media/link-in', 'export/chats/media/a.txt'],
    ['../pictures/b.txt', 'export/pictures/b.txt'],
  ])('takes in %s', async (path, file) => {
    expect(await attach(path)).toEqual(taken(file));
  });

  // prettier-ignore
  it.each([
    ['../../elsewhere/secret.txt', 'ATTACHMENT_OUTSIDE'],
    ['media/../../../elsewhere/secret.txt', 'ATTACHMENT_OUTSIDE'],
    ['..\\..\\elsewhere\\secret.txt', 'ATTACHMENT_MISSING'],
    ['media/link-out', 'ATTACHMENT_OUTSIDE'],
    ['media/folder-out/secret.txt', 'ATTACHMENT_OUTSIDE'],
    ['/etc/passwd', 'ATTACHMENT_OUTSIDE'],
    ['../../exporter', 'ATTACHMENT_OUTSIDE'],
    ['media/none.txt', 'ATTACHMENT_MISSING'],
    ['media', 'ATTACHMENT_MISSING'],
    ['media/pipe', 'ATTACHMENT_MISSING'],
    ['media/a.txt\0.jpg', 'ATTACHMENT_MISSING'],
    ['https://example.com/a.txt', 'ATTACHMENT_MISSING'],
    [null, 'ATTACHMENT_MISSING'],
  ])('leaves %s where it is', async (path, warning) => {
    expect(await attach(path)).toEqual(lost(warning));
  });

  it('takes absolute paths inside the media directory only', async () => {
    const mediaDirectory = join(top, 'media');
    expect(await attach(join(top, 'media/c.txt'), { mediaDirectory })).toEqual(taken('media/c.txt'));
    expect(await attach('c.txt', { mediaDirectory })).toEqual(taken('media/c.txt'));
    expect(await attach(join(top, 'export/chats/media/a.txt'), { mediaDirectory })).toEqual(lost('ATTACHMENT_OUTSIDE'));
    expect(await attach(join(top, 'media/../elsewhere/secret.txt'), { mediaDirectory })).toEqual(lost('ATTACHMENT_OUTSIDE'));
    expect(await attach(join(top, 'media/none'), { mediaDirectory })).toEqual(lost('ATTACHMENT_MISSING'));
  });

  it('keeps bytes that are not as declared, and says so', async () => {
    const file = 'export/chats/media/a.txt';
    expect(await attach('media/a.txt', {}, { declaredSha256: sha256(file), declaredSize: file.length })).toEqual(taken(file));
    expect(await attach('media/a.txt', {}, { declaredSha256: '0'.repeat(64), declaredSize: 1 })).toEqual(
      taken(file, ['ATTACHMENT_HASH_MISMATCH', 'ATTACHMENT_SIZE_MISMATCH']),
    );
  });

  it('finds files named by their MD5 beside the archive, in its folder of media and in the directory named', async () => {
    const mediaDirectory = join(top, 'media');
    const stored = (text: string): object => expect.objectContaining({ state: 'not_scanned', sha256: sha256(text), warnings: [] });
    expect(await attachByMd5(md5('1'))).toEqual(stored('1'));
    expect(await attachByMd5(md5('2'))).toEqual(stored('2'));
    expect(await attachByMd5(md5('3'), { mediaDirectory })).toEqual(stored('3'));
    expect(await attachByMd5(md5('3'))).toEqual(lost('ATTACHMENT_MISSING'));
    expect(await attachByMd5(md5('4'))).toEqual(lost('ATTACHMENT_OUTSIDE'));
  });

  it('keeps bytes that their name belies, and says so', async () => {
    expect(await attachByMd5('0'.repeat(32))).toMatchObject({ state: 'not_scanned', warnings: ['ATTACHMENT_HASH_MISMATCH'] });
  });

  it('finds what is put into a directory later', async () => {
    const file = join(top, 'export/chats/media', `${md5('5')}.png`);
    expect(await attachByMd5(md5('5'))).toEqual(lost('ATTACHMENT_MISSING'));
    writeFileSync(file, '5');
    expect(await attachByMd5(md5('5'))).toMatchObject({ state: 'not_scanned' });
    rmSync(file);
    expect(await attachByMd5(md5('5'))).toEqual(lost('ATTACHMENT_MISSING'));
  });
});
