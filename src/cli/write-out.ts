import { once } from 'node:events';

/** Writes chunk by chunk, as fast as the reader takes them. A reader that leaves early (`head`) ends it quietly. */
export async function writeOut(chunks: AsyncIterable<string>): Promise<void> {
  let isClosed = false;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    isClosed = true;
  };
  process.stdout.on('error', onError);
  for await (const chunk of chunks) {
    if (isClosed) break;
    if (!process.stdout.write(chunk)) await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => {});
  }
}
