import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;

/** Unpacks a ZIP file (below 4 GB, not encrypted) into a folder, readable by all and with its programs executable. Throws on a file that is none. */
export function unzip(path, folder) {
  const zip = readFileSync(path);
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0) throw new Error(`${path} is no ZIP file`);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) at = unpackEntry(zip, at, folder);
}

/** Returns where the next entry of the directory begins. */
function unpackEntry(zip, at, folder) {
  if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('the directory of the ZIP file is damaged');
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
  const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
  const next = at + 46 + nameLength + extraLength + commentLength;
  const target = join(folder, name);
  if (relative(folder, target).startsWith('..')) throw new Error('an entry of the ZIP file leaves its folder');
  if (name.endsWith('/')) {
    mkdirSync(target, { recursive: true });
    return next;
  }
  const local = zip.readUInt32LE(at + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, zip.readUInt16LE(at + 10) === STORED ? packed : inflateRawSync(packed));
  // Another user may run it than the one who unpacks it.
  const isProgram = ((zip.readUInt32LE(at + 38) >>> 16) & 0o100) !== 0;
  chmodSync(target, isProgram ? 0o755 : 0o644);
  return next;
}
