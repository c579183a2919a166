/** The unit in which a tar is written, in bytes. */
export const blockBytes = 512;

/** What a block of 512 bytes before a member says (POSIX.1-2017 pax, ustar Interchange Format; GNU tar, Basic Tar Format). */
export interface TarHeader {
  /** As it is written, with the prefix of ustar before it. */
  readonly name: string;
  /** Of the content that follows, in bytes. */
  readonly size: number;
  /** One character; `0` is a file. */
  readonly type: string;
  readonly linkName: string;
}

/** What is wrong with a header: completes “the header at byte 512 …”. */
export class TarHeaderError extends Error {
  override readonly name = 'TarHeaderError';
}

const [nameField, linkField, prefixField] = [
  { start: 0, end: 100 },
  { start: 157, end: 257 },
  { start: 345, end: 500 },
];
const sizeField = { start: 124, end: 136 };
const checksumField = { start: 148, end: 156 };
const typeAt = 156;
const zeros = Buffer.alloc(blockBytes);
const magicField = { start: 257, end: 263 };

/**
 * Reads a header.
 *
 * @param block 512 bytes
 * @returns undefined for a block of zeros, with which an archive ends
 * @throws TarHeaderError for a wrong checksum, and a number that is none, negative or above 2^53
 */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  if (block.equals(zeros)) return undefined;
  if (!hasChecksum(block)) throw new TarHeaderError('has a wrong checksum');
  const type = String.fromCharCode(block[typeAt] ?? 0);
  const name = readText(block, nameField);
  // only POSIX has a prefix; the older format of GNU keeps times there
  const isPosix = block.toString('latin1', magicField.start, magicField.end) === 'ustar\0';
  const prefix = isPosix ? readText(block, prefixField) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: readNumber(block, sizeField, 'size'),
    type: type === '\0' ? '0' : type,
    linkName: readText(block, linkField),
  };
}

/** The sum of all bytes, those of the checksum itself counted as spaces; some old programs add signed bytes. */
function hasChecksum(block: Buffer): boolean {
  const stored = readNumber(block, checksumField, 'checksum');
  let [unsigned, signed] = [0, 0];
  for (let index = 0; index < block.length; index += 1) {
    const isOwn = index >= checksumField.start && index < checksumField.end;
    const byte = isOwn ? 0x20 : (block[index] ?? 0);
    unsigned += byte;
    signed += (byte << 24) >> 24;
  }
  return stored === unsigned || stored === signed;
}

interface Field {
  readonly start: number;
  readonly end: number;
}

function readText(block: Buffer, { start, end }: Field): string {
  const zero = block.indexOf(0, start);
  return block.toString('utf8', start, zero === -1 || zero > end ? end : zero);
}

/** Octal digits, or, where the first bit is set, a big-endian number in base 256. */
function readNumber(block: Buffer, { start, end }: Field, what: string): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) return readBase256(block.subarray(start, end), what);
  const text = block.toString('latin1', start, end);
  const { digits } = /^[ \0]*(?<digits>[0-7]*)[ \0]*$/.exec(text)?.groups ?? {};
  if (digits === undefined) throw new TarHeaderError(`has a ${what} that is no octal number`);
  return digits === '' ? 0 : Number.parseInt(digits, 8); // at most 12 digits: 2^36
}

function readBase256(bytes: Buffer, what: string): number {
  const [first = 0, ...rest] = bytes;
  if ((first & 0x40) !== 0) throw new TarHeaderError(`has a negative ${what}`);
  let value = first & 0x3f;
  for (const byte of rest) value = value * 256 + byte;
  if (Number.isSafeInteger(value)) return value;
  throw new TarHeaderError(`has a ${what} above 2^53`);
}
