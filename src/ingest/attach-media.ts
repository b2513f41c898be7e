import { constants, realpathSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import type { BlobStore, StoredBlob } from '../blobs/blob-store.js';
import type { MediaReference, MessageDraft } from '../domain/archive-record.js';
import type { Attachment } from '../domain/message.js';
import type { WarningCode } from '../domain/values.js';

/** Where the bytes of attachments may be. All are real paths. */
export interface MediaPlaces {
  /** Directory of the archive file: what relative paths begin at. */
  readonly base: string;
  /** Relative paths may not lead out of it. */
  readonly root: string;
  /** The only place for absolute paths, and another for relative ones; null when none was named. */
  readonly mediaDirectory: string | null;
}

export interface AttachedMedia {
  readonly draft: MessageDraft;
  /** Real paths of the files that were taken in. */
  readonly taken: readonly string[];
}

/** Stores the bytes that a message refers to and writes down what became of each attachment. */
export async function attachMedia(
  draft: MessageDraft,
  media: readonly MediaReference[],
  places: MediaPlaces,
  blobs: BlobStore,
): Promise<AttachedMedia> {
  if (draft.attachments.length === 0) return { draft, taken: [] };
  const warnings = new Set<WarningCode>(draft.warnings);
  const attachments: Attachment[] = [];
  const taken: string[] = [];
  for (const attachment of draft.attachments) {
    const reference = media.find(({ attachmentId }) => attachmentId === attachment.id);
    const place = reference === undefined || reference.path === null ? 'missing' : locate(reference.path, places);
    const stored = typeof place === 'string' ? null : await store(place.path, blobs);
    if (typeof place === 'string' || stored === null) {
      warnings.add(place === 'outside' ? 'ATTACHMENT_OUTSIDE' : 'ATTACHMENT_MISSING');
      attachments.push(attachment);
      continue;
    }
    if (attachment.declaredSha256 !== null && attachment.declaredSha256 !== stored.sha256) warnings.add('ATTACHMENT_HASH_MISMATCH');
    if (attachment.declaredSize !== null && attachment.declaredSize !== stored.size) warnings.add('ATTACHMENT_SIZE_MISMATCH');
    attachments.push({ ...attachment, ...stored, state: 'not_scanned' });
    taken.push(place.path);
  }
  return { draft: { ...draft, attachments, warnings: [...warnings].sort() }, taken };
}

/** Paths come from the archive and are not to be trusted: what they mean is compared after every link in them was followed. */
function locate(path: string, { base, root, mediaDirectory }: MediaPlaces): { path: string } | 'missing' | 'outside' {
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

/** Null when there is no plain file, or it cannot be read. Throws when the bytes cannot be stored. */
async function store(path: string, blobs: BlobStore): Promise<StoredBlob | null> {
  const file = await openPlain(path);
  if (file === null) return null;
  try {
    return await blobs.put(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === 'read') return null;
    throw error;
  } finally {
    await file.close();
  }
}

/** A link put there meanwhile is not followed. */
async function openPlain(path: string): Promise<FileHandle | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
  } catch {
    // Missing or locked: the message says so.
  }
  await file?.close();
  return null;
}
