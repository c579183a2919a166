import type { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';

/** A file in an archive. */
export interface TarFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A tar in the given order, with neither times nor owners: the same files are the same bytes. */
export async function packTar(files: readonly TarFile[]): Promise<Uint8Array> {
  const archive = pack();
  const collected = collect(archive);
  for (const { path, bytes } of files) {
    const header = { name: path, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };
    archive.entry(header, Buffer.from(bytes));
  }
  archive.finalize();
  return collected;
}

/**
 * The files of a tar.
 *
 * @throws RangeError when they are larger than `maxBytes` together
 */
export async function readTar(archive: Readable, maxBytes: number): Promise<readonly TarFile[]> {
  const files: TarFile[] = [];
  let size = 0;
  const entries = extract();
  archive.on('error', (error) => entries.destroy(error)); // pipe passes on everything but this
  for await (const entry of archive.pipe(entries)) {
    size += entry.header.size;
    if (size > maxBytes) throw new RangeError(`the archive holds more than ${maxBytes} bytes`);
    files.push({ path: entry.header.name, bytes: await collect(entry) });
  }
  return files;
}

async function collect(content: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}
