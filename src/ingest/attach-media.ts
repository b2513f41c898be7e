import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { hashOf, type HashedBytes } from '../blobs/blob-store.js';
import type { MediaReference, MessageDraft } from '../domain/archive-record.js';
import type { Attachment } from '../domain/message.js';
import type { WarningCode } from '../domain/values.js';
import { MediaIndex } from './media-index.js';
import { openPlainFile } from './open-plain-file.js';

/** Where the bytes of attachments may be. All are real paths. */
export interface MediaPlaces {
  /** Directory of the archive file: what relative paths begin at. */
  readonly base: string;
  /** Relative paths may not lead out of it. */
  readonly root: string;
  /** The only place for absolute paths, and another for relative ones; null when none was named. */
  readonly mediaDirectory: string | null;
}

/** Where, beside the archive file itself, media named by their MD5 are kept. */
const MEDIA_FOLDER = 'media';
const CHUNK = 256 * 1024;
const mediaIndex = new MediaIndex();

interface ReadMedia extends HashedBytes {
  /** Null when nobody asked. */
  readonly md5: string | null;
}

/** A file that has the bytes of an attachment. */
export interface FoundMedia {
  /** `Attachment.id` in the same message. */
  readonly attachmentId: string;
  /** Real path. */
  readonly path: string;
}

export interface AttachedMedia {
  readonly draft: MessageDraft;
  readonly found: readonly FoundMedia[];
}

/** Reads the bytes that a message refers to and writes down what became of each attachment. Nothing is stored yet (`refer-to-media.ts`). */
export async function attachMedia(draft: MessageDraft, media: readonly MediaReference[], places: MediaPlaces): Promise<AttachedMedia> {
  if (draft.attachments.length === 0) return { draft, found: [] };
  const warnings = new Set<WarningCode>(draft.warnings);
  const attachments: Attachment[] = [];
  const found: FoundMedia[] = [];
  for (const attachment of draft.attachments) {
    const reference = media.find(({ attachmentId }) => attachmentId === attachment.id);
    const place = reference === undefined ? 'missing' : locateMedia(reference, places);
    const stored = typeof place === 'string' ? null : await read(place.path, attachment.declaredMd5 !== null);
    if (typeof place === 'string' || stored === null) {
      warnings.add(place === 'outside' ? 'ATTACHMENT_OUTSIDE' : 'ATTACHMENT_MISSING');
      attachments.push(attachment);
      continue;
    }
    if (attachment.declaredSha256 !== null && attachment.declaredSha256 !== stored.sha256) warnings.add('ATTACHMENT_HASH_MISMATCH');
    if (attachment.declaredMd5 !== null && attachment.declaredMd5 !== stored.md5) warnings.add('ATTACHMENT_HASH_MISMATCH');
    if (attachment.declaredSize !== null && attachment.declaredSize !== stored.size) warnings.add('ATTACHMENT_SIZE_MISMATCH');
    attachments.push({ ...attachment, sha256: stored.sha256, size: stored.size, state: 'not_scanned' });
    found.push({ attachmentId: attachment.id, path: place.path });
  }
  return { draft: { ...draft, attachments, warnings: [...warnings].sort() }, found };
}

type Place = { readonly path: string } | 'missing' | 'outside';

/** By its path, where the record gives one, or else by the MD5 it may be named after. */
function locateMedia({ path, md5 }: MediaReference, places: MediaPlaces): Place {
  if (path !== null) return locate(path, places);
  return md5 === null ? 'missing' : locateByMd5(md5, places);
}

function locateByMd5(md5: string, { base, root, mediaDirectory }: MediaPlaces): Place {
  const roots = [root, ...(mediaDirectory === null ? [] : [mediaDirectory])];
  let isAnyOutside = false;
  for (const directory of [base, join(base, MEDIA_FOLDER), ...(mediaDirectory === null ? [] : [mediaDirectory])]) {
    const name = mediaIndex.nameOf(directory, md5);
    const real = name === null ? null : realPathOf(join(directory, name));
    if (real === null) continue;
    if (roots.some((allowed) => isInside(real, allowed))) return { path: real };
    isAnyOutside = true;
  }
  return isAnyOutside ? 'outside' : 'missing';
}

/** Paths come from the archive and are not to be trusted: what they mean is compared after every link in them was followed. */
function locate(path: string, { base, root, mediaDirectory }: MediaPlaces): Place {
  const roots = [...(isAbsolute(path) ? [] : [root]), ...(mediaDirectory === null ? [] : [mediaDirectory])];
  const bases = isAbsolute(path) ? [''] : [base, ...(mediaDirectory === null ? [] : [mediaDirectory])];
  const candidates = bases.flatMap((from) => [join(from, path), ...(path.includes('\\') ? [join(from, path.replaceAll('\\', '/'))] : [])]);
  let isAnyInside = false;
  for (const candidate of candidates) {
    // Not even looked for where it may not be.
    if (!roots.some((allowed) => isInside(resolve(candidate), allowed))) continue;
    const real = realPathOf(candidate);
    if (real === null) isAnyInside = true;
    else if (roots.some((allowed) => isInside(real, allowed))) return { path: real };
  }
  return isAnyInside ? 'missing' : 'outside';
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}

/** Null when there is no plain file, or it cannot be read. */
async function read(path: string, wantsMd5: boolean): Promise<ReadMedia | null> {
  const file = await openPlainFile(path);
  if (file === null) return null;
  try {
    return { ...(await hashOf(file)), md5: wantsMd5 ? await md5Of(file) : null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === 'read') return null;
    throw error;
  } finally {
    await file.close();
  }
}

async function md5Of(file: FileHandle): Promise<string> {
  const hash = createHash('md5');
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
