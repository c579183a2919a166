/** One member of a tar archive. */
export type TarEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly mode: number;
      readonly content: Buffer;
    }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const blockBytes = 512;

/**
 * A tar archive (POSIX ustar) whose bytes depend on nothing but its entries: owner root, time zero, in the
 * order given.
 *
 * @throws RangeError for a path or a link target of more than 100 bytes, or a file of 8 GiB or more
 */
export function packTar(entries: readonly TarEntry[]): Buffer {
  const blocks: Buffer[] = [];
  for (const entry of entries) {
    blocks.push(formatHeader(entry));
    if (entry.kind === 'file') blocks.push(entry.content, padding(entry.content.length));
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

function formatHeader(entry: TarEntry): Buffer {
  const header = Buffer.alloc(blockBytes);
  const size = entry.kind === 'file' ? entry.content.length : 0;
  writeText(header, 0, 100, entry.kind === 'folder' ? `${entry.path}/` : entry.path);
  writeOctal(header, 100, 8, entry.kind === 'link' ? 0o777 : entry.mode);
  writeOctal(header, 108, 8, 0);
  writeOctal(header, 116, 8, 0);
  writeOctal(header, 124, 12, size);
  writeOctal(header, 136, 12, 0);
  header.fill(' ', 148, 156); // the sum is taken with blanks in its own place
  writeText(header, 156, 1, { file: '0', link: '2', folder: '5' }[entry.kind]);
  if (entry.kind === 'link') writeText(header, 157, 100, entry.target);
  writeText(header, 257, 8, 'ustar\x0000');
  const sum = header.reduce((total, byte) => total + byte, 0);
  writeText(header, 148, 8, `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}

function writeText(header: Buffer, offset: number, room: number, text: string): void {
  if (Buffer.byteLength(text) > room)
    throw new RangeError(`${text} is longer than the ${room} bytes that tar has for it`);
  header.write(text, offset);
}

function writeOctal(header: Buffer, offset: number, room: number, value: number): void {
  writeText(header, offset, room - 1, value.toString(8).padStart(room - 1, '0'));
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}
