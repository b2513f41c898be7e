import { createHash } from 'node:crypto';
import { captureText, CAPTURES } from './captures.mjs';
import { seedDocuments } from './documents.mjs';
import { mailText, phoneBackups } from './holdfast-lines.mjs';
import { SeededRandom } from './random.mjs';
import { storyLines } from './story.mjs';
import { talkLines, travelLines } from './talk.mjs';
import { eventOf } from './wecom-events.mjs';

const FIRST_ID = 11_788_441_727_514_777_919n;

/** Every event of the company's WeCom archive, oldest first. */
function weComEvents(documents) {
  const random = new SeededRandom('message ids');
  const labels = new Map();
  const lines = [...storyLines(), ...talkLines(), ...travelLines()].sort((left, right) => left.at - right.at);
  let number = FIRST_ID;
  return lines.map(({ at, place, line }) => {
    number += BigInt(random.between(2_000, 30_000));
    return eventOf(line, place, { at, id: String(number), labels, documents });
  });
}

/** All files that the script makes below seed/: bytes by path, unpacked (`.gz` in the path says that the file is packed). */
export function seedFiles() {
  const documents = seedDocuments();
  const events = weComEvents(documents);
  const files = new Map();
  for (const capture of CAPTURES) files.set(`wecom/${capture.name}.jsonl.gz`, Buffer.from(captureText(capture, events)));
  for (const [name, { bytes }] of documents) {
    const md5 = createHash('md5').update(bytes).digest('hex');
    files.set(`wecom/media/${md5}${name.slice(name.lastIndexOf('.'))}`, bytes);
  }
  for (const [name, text] of Object.entries(phoneBackups())) files.set(`phone-of-gao-feng/${name}.jsonl`, Buffer.from(text));
  files.set('mail-of-compliance.jsonl', Buffer.from(mailText()));
  return files;
}
