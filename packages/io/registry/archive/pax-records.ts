import { TarHeaderError } from './tar-header.js';

/** What counts of the records of an extended header; an empty value takes back what others say. */
export type PaxRecords = ReadonlyMap<'path' | 'linkpath' | 'size', string>;

/**
 * Reads the records of an extended header (POSIX.1-2017 pax, pax Header Block): `<length> <keyword>=<value>\n`.
 *
 * @example parsePaxRecords(Buffer.from('12 path=abc\n')) // Map { 'path' → 'abc' }
 * @throws TarHeaderError when one is not as long as it says, or tells of a sparse file
 */
export function parsePaxRecords(bytes: Buffer): PaxRecords {
  const records = new Map<'path' | 'linkpath' | 'size', string>();
  for (let start = 0; start < bytes.length;) {
    const space = bytes.indexOf(0x20, start);
    const digits = bytes.toString('latin1', start, Math.min(space, start + 10));
    const end = /^[1-9][0-9]{0,8}$/.test(digits) ? start + Number(digits) : start;
    const isWhole = end > space + 1 && end <= bytes.length && bytes[end - 1] === 0x0a;
    const equals = isWhole ? bytes.indexOf(0x3d, space + 1) : -1;
    if (equals <= space + 1 || equals >= end) {
      throw new TarHeaderError('has an extended header that cannot be read');
    }
    const keyword = bytes.toString('utf8', space + 1, equals);
    if (/^GNU\.sparse\.|^SCHILY\.realsize$/.test(keyword)) {
      throw new TarHeaderError('is of a sparse file');
    }
    if (keyword === 'path' || keyword === 'linkpath' || keyword === 'size') {
      records.set(keyword, bytes.toString('utf8', equals + 1, end - 1));
    }
    start = end;
  }
  return records;
}

/**
 * The size that records give, in bytes.
 *
 * @throws TarHeaderError when it is no number, or above 2^53
 */
export function readPaxSize(records: PaxRecords): number | undefined {
  const text = records.get('size') ?? '';
  if (text === '') return undefined;
  if (!/^[0-9]+$/.test(text)) throw new TarHeaderError('has a size that is no decimal number');
  const size = Number(text);
  if (Number.isSafeInteger(size)) return size;
  throw new TarHeaderError('has a size above 2^53');
}
