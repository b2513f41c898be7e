import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { canonicalJson } from '../audit/audit-block.js';
import type { AuditKey } from '../audit/audit-key.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Certificate } from '../disposition/certificate.js';
import { HoldfastError } from '../errors/errors.js';

/** One line of the file. */
interface SealedCertificate {
  readonly certificate: Certificate;
  /** Keyed hash by the archive's own key: nobody else makes one that destroys anything. */
  readonly seal: string;
}

const KIND = 'disposition-certificate';
/** A certificate may name a thousand messages. */
const PAGE = 20;

/** Every certificate of a catalog, in the order of ids. */
export async function* readCertificates(catalog: CatalogStore): AsyncGenerator<Certificate> {
  for (let after = ''; ;) {
    const page = await catalog.list<Certificate>(KIND, { after, first: PAGE });
    for (const { value } of page) yield value;
    if (page.length < PAGE) return;
    after = page.at(-1)!.id;
  }
}

/** Writes every certificate to a new file, a line each, sealed by the archive's key. Returns their number. Throws INPUT_INVALID where there is a file. */
export async function exportCertificates(catalog: CatalogStore, key: AuditKey, path: string): Promise<number> {
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw new HoldfastError('INPUT_INVALID', 'The file cannot be made: name one that is not there yet.', {}, { cause });
  });
  let count = 0;
  try {
    for await (const certificate of readCertificates(catalog)) {
      await file.writeFile(`${JSON.stringify({ certificate, seal: sealOf(certificate, key) } satisfies SealedCertificate)}\n`);
      count += 1;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return count;
}

/** The certificates of such a file. Throws INPUT_INVALID for one that the archive of this key did not write, or that was changed. */
export async function* readCertificateFile(path: string, key: AuditKey): AsyncGenerator<Certificate> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    if (text === '') continue;
    const sealed = parse(text);
    if (sealed === null || sealOf(sealed.certificate, key) !== sealed.seal) {
      throw new HoldfastError('INPUT_INVALID', `Line ${line} of the certificates was not written by this archive, or was changed.`, { line });
    }
    yield sealed.certificate;
  }
}

function sealOf(certificate: Certificate, key: AuditKey): string {
  return key.hash(`certificate\0${canonicalJson(certificate)}`);
}

function parse(text: string): SealedCertificate | null {
  try {
    return JSON.parse(text) as SealedCertificate | null;
  } catch {
    return null;
  }
}
