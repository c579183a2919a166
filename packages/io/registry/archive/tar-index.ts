import { tryNormalisePath } from './member-path.js';
import { parsePaxRecords, readPaxSize, type PaxRecords } from './pax-records.js';
import { TarHeaderError, blockBytes, parseTarHeader, type TarHeader } from './tar-header.js';

/** What an archive says about one path. */
type TarMember =
  | {
      readonly kind: 'file';
      /** Where the content begins in the archive, in bytes. */
      readonly offset: number;
      readonly size: number;
    }
  | { readonly kind: 'symbolic-link' | 'hard-link'; readonly target: string }
  /** A folder, a device, a pipe: nothing that could be read. */
  | { readonly kind: 'other' };

/** The members by path; of several with one path the last counts, as for `tar`. */
export type TarIndex = ReadonlyMap<string, TarMember>;

/** What a file gives. */
interface ByteSource {
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

const aheadBytes = 16 * 1024;

/** How much an index may hold, so that no archive makes it large. */
export interface TarLimits {
  /** Of headers, those that only describe others counted. */
  readonly headers: number;
  /** All names together, in characters. */
  readonly nameLength: number;
  /** Of one name or one extended header, in bytes. */
  readonly recordBytes: number;
}

const defaultLimits: TarLimits = {
  headers: 100_000,
  nameLength: 16 * 1024 * 1024,
  recordBytes: 1024 * 1024,
};

/**
 * Finds where the members of a tar are: ustar, pax and GNU. Only headers are read, and nothing is unpacked.
 *
 * @throws TarHeaderError for an archive that is damaged or cut off, is larger than the limits, or holds what
 * programs read differently: names that leave it, sparse files, links with content
 */
export async function readTarIndex(
  file: ByteSource,
  fileBytes: number,
  limits: TarLimits = defaultLimits,
): Promise<TarIndex> {
  return new IndexReader(file, fileBytes, limits).read();
}

class IndexReader {
  readonly #file: ByteSource;
  readonly #fileBytes: number;
  readonly #limits: TarLimits;
  readonly #members = new Map<string, TarMember>();
  #global: PaxRecords = new Map();
  #own: PaxRecords = new Map();
  #longName: string | undefined;
  #longLink: string | undefined;
  #headers = 0;
  #nameLength = 0;
  #at = 0;
  #ahead: Buffer = Buffer.alloc(0);
  #aheadAt = 0;

  constructor(file: ByteSource, fileBytes: number, limits: TarLimits) {
    this.#file = file;
    this.#fileBytes = fileBytes;
    this.#limits = limits;
  }

  async read(): Promise<TarIndex> {
    for (;;) {
      const start = this.#at;
      try {
        const header = parseTarHeader(await this.#readHeader(start));
        if (header === undefined) return this.#members;
        await this.#take(header, start + blockBytes);
      } catch (error) {
        if (!(error instanceof TarHeaderError)) throw error;
        throw new TarHeaderError(`the header at byte ${start} ${error.message}`);
      }
    }
  }

  async #take(header: TarHeader, offset: number): Promise<void> {
    this.#headers += 1;
    if (this.#headers > this.#limits.headers) {
      throw new TarHeaderError(
        `comes after ${this.#limits.headers} others, the most that are read`,
      );
    }
    if (await this.#takeDescription(header, offset)) return;
    const records = new Map([...this.#global, ...this.#own]);
    const size = readPaxSize(records) ?? header.size;
    const name = pick(records.get('path'), this.#longName, header.name);
    const target = pick(records.get('linkpath'), this.#longLink, header.linkName);
    this.#keep(name, toMember(header.type, offset, size, target));
    this.#skip(offset, size);
    this.#own = new Map();
    this.#longName = this.#longLink = undefined;
  }

  /** Headers that describe the next member, or all that follow. */
  async #takeDescription({ type, size }: TarHeader, offset: number): Promise<boolean> {
    if (!['x', 'g', 'L', 'K'].includes(type)) return false;
    if (size > this.#limits.recordBytes) {
      throw new TarHeaderError(`announces ${size} bytes, more than ${this.#limits.recordBytes}`);
    }
    const bytes = await this.#readBytes(offset, size);
    if (type === 'x') this.#own = parsePaxRecords(bytes);
    if (type === 'g') this.#global = new Map([...this.#global, ...parsePaxRecords(bytes)]);
    if (type === 'L') this.#longName = untilZero(bytes);
    if (type === 'K') this.#longLink = untilZero(bytes);
    this.#skip(offset, size);
    return true;
  }

  #keep(name: string, member: TarMember): void {
    const path = tryNormalisePath(name);
    if (path === undefined) {
      throw new TarHeaderError(`names ${JSON.stringify(shorten(name))}, which leaves the archive`);
    }
    this.#nameLength += path.length + ('target' in member ? member.target.length : 0);
    if (this.#nameLength > this.#limits.nameLength) {
      throw new TarHeaderError(`brings the names above ${this.#limits.nameLength} characters`);
    }
    this.#members.set(path, member);
  }

  /** Content is filled up to whole blocks; the last of them may be cut where nothing of it is missing. */
  #skip(offset: number, size: number): void {
    if (offset + size > this.#fileBytes) throw cutOff(offset + size, this.#fileBytes);
    this.#at = offset + Math.ceil(size / blockBytes) * blockBytes;
  }

  /** Headers lie close together in an archive of small members: several are read at once. */
  async #readHeader(start: number): Promise<Buffer> {
    const isAhead =
      start >= this.#aheadAt && start + blockBytes <= this.#aheadAt + this.#ahead.length;
    if (!isAhead) {
      const length = Math.min(aheadBytes, Math.max(this.#fileBytes - start, blockBytes));
      this.#ahead = await this.#readBytes(start, length);
      this.#aheadAt = start;
    }
    return this.#ahead.subarray(start - this.#aheadAt, start - this.#aheadAt + blockBytes);
  }

  async #readBytes(start: number, length: number): Promise<Buffer> {
    if (start + length > this.#fileBytes) throw cutOff(start + length, this.#fileBytes);
    const buffer = Buffer.alloc(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.#file.read(buffer, done, length - done, start + done);
      if (bytesRead === 0) throw cutOff(start + length, start + done);
      done += bytesRead;
    }
    return buffer;
  }
}

function toMember(type: string, offset: number, size: number, target: string): TarMember {
  switch (type) {
    case '0':
    case '7': // contiguous, where there are such files
      return { kind: 'file', offset, size };
    case '1':
    case '2':
      requireEmpty(size);
      return { kind: type === '1' ? 'hard-link' : 'symbolic-link', target };
    case '3':
    case '4':
    case '5':
    case '6':
      requireEmpty(size);
      return { kind: 'other' };
    case 'S':
      throw new TarHeaderError('is of a sparse file');
    default:
      throw new TarHeaderError(`has the type ${JSON.stringify(type)}, which is not known`);
  }
}

/** Some programs skip such content and some take it for headers. */
function requireEmpty(size: number): void {
  if (size > 0) throw new TarHeaderError(`has ${size} bytes of content, but is no file`);
}

function cutOff(needed: number, there: number): TarHeaderError {
  return new TarHeaderError(`reaches to byte ${needed}, but the archive ends at ${there}`);
}

/** Records come before the long names of GNU, these before the header; an empty record says nothing. */
function pick(record: string | undefined, long: string | undefined, own: string): string {
  return record === undefined || record === '' ? (long ?? own) : record;
}

function untilZero(bytes: Buffer): string {
  const zero = bytes.indexOf(0);
  return bytes.toString('utf8', 0, zero === -1 ? bytes.length : zero);
}

function shorten(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}
