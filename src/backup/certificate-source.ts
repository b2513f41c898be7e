import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blockId, type AuditBlock } from '../audit/audit-block.js';
import type { AuditKey } from '../audit/audit-key.js';
import type { CatalogStore } from '../catalog/catalog-store.js';
import type { Certificate } from '../disposition/certificate.js';
import { HoldfastError } from '../errors/errors.js';
import { readCertificateFile, readCertificates } from './certificate-file.js';

/** Where certificates are read from: a file that `holdfast backups --certificates` wrote, or the catalog of the archive as it was. */
export interface CertificateSource {
  readonly certificates: () => AsyncIterable<Certificate>;
  /** The archive's own catalog, which also has the holds that came since; null for a file. */
  readonly catalog: CatalogStore | null;
  close(): Promise<void>;
}

export interface SourceTools {
  /** The restored archive. */
  readonly restored: CatalogStore;
  readonly key: AuditKey;
  /** Opens the catalog of a data directory of the embedded engine. */
  readonly openCatalog: (dataDir: string) => Promise<CatalogStore>;
}

/** Throws INPUT_INVALID for a place that is neither, or belongs to another archive. */
export async function openCertificateSource(place: string, { restored, key, openCatalog }: SourceTools): Promise<CertificateSource> {
  const found = await stat(place).catch(() => null);
  if (found === null) throw new HoldfastError('INPUT_INVALID', `There is nothing at ${place}.`);
  if (!found.isDirectory()) return { certificates: () => readCertificateFile(place, key), catalog: null, close: async () => {} };
  // Opening would make one.
  if (!existsSync(join(place, 'catalog.sqlite'))) {
    throw new HoldfastError('INPUT_INVALID', `${place} is no data directory of the embedded engine. Of a cluster, name a file of certificates.`);
  }
  const catalog = await openCatalog(place);
  if ((await firstBlockHash(catalog)) !== (await firstBlockHash(restored))) {
    await catalog.close();
    throw new HoldfastError('INPUT_INVALID', `${place} holds another archive: its audit begins otherwise.`);
  }
  return { certificates: () => readCertificates(catalog), catalog, close: () => catalog.close() };
}

async function firstBlockHash(catalog: CatalogStore): Promise<string | null> {
  return (await catalog.get<AuditBlock>('audit-block', blockId(1)))?.value.hash ?? null;
}
