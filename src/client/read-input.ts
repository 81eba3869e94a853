import { readSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;

/** All of standard input. Read at once, because streams take as long to load as all the rest of the status line. */
export async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const size = readSync(0, chunk);
      if (size === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, size));
    }
  } catch (error) {
    if (!isForLater(error)) return Buffer.concat(chunks);
  }
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Whoever started us made the pipe one that does not wait. */
function isForLater(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
