import { Transform, type TransformCallback } from 'node:stream';

const blockBytes = 512;
/** Where a header has its fields (POSIX.1-1988, ustar). */
const fields = { size: 124, mtime: 136, checksum: 148, type: 156 } as const;
const timeBytes = 12;
const checksumBytes = 8;

/**
 * Passes a tar archive on in which no file is later than a time; all else stays as it is, byte by byte.
 *
 * @param epoch seconds since 1970
 */
export function clampTimes(epoch: number): Transform {
  let rest: Buffer = Buffer.alloc(0);
  let contentBytes = 0;
  const transform = (chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void => {
    const bytes = Buffer.concat([rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      if (contentBytes > 0) {
        const step = Math.min(contentBytes, bytes.length - at);
        contentBytes -= step;
        at += step;
        continue;
      }
      if (bytes.length - at < blockBytes) break;
      const header = bytes.subarray(at, at + blockBytes);
      contentBytes = Math.ceil(readNumber(header, fields.size) / blockBytes) * blockBytes;
      clampHeader(header, epoch);
      at += blockBytes;
    }
    rest = Buffer.from(bytes.subarray(at));
    done(undefined, bytes.subarray(0, at));
  };
  return new Transform({ transform, flush: (done) => done(undefined, rest) });
}

/** Changes the header of a file that is too late. Docker writes whole seconds, which need no extended header. */
function clampHeader(header: Buffer, epoch: number): void {
  if (header[0] === 0 || readNumber(header, fields.mtime) <= epoch) return;
  header.write(`${epoch.toString(8).padStart(timeBytes - 1, '0')}\0`, fields.mtime, 'latin1');
  header.fill(' ', fields.checksum, fields.checksum + checksumBytes);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, fields.checksum, 'latin1');
}

/** Octal digits, or what GNU tar writes where those have no room. */
function readNumber(header: Buffer, at: number): number {
  const field = header.subarray(at, at + timeBytes);
  if (((field[0] ?? 0) & 0x80) === 0) {
    return Number.parseInt(field.toString('latin1').replaceAll('\0', ' ').trim() || '0', 8);
  }
  return field.subarray(1).reduce((total, byte) => total * 256 + byte, (field[0] ?? 0) & 0x7f);
}
