/** Bytes of something, counted from 0; both ends are part of it. */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
  /** Of the whole, where it is known. */
  readonly size?: number;
}

const contentRangePattern =
  /^bytes (?<start>\d{1,16})-(?<end>\d{1,16})\/(?:(?<size>\d{1,16})|\*)$/i;
const uploadRangePattern = /^(?:bytes=)?0-(?<end>\d{1,16})$/i;

/**
 * Which bytes the answer to a ranged request holds (RFC 9110, section 14.4); undefined when it does not say, or
 * says what cannot be.
 *
 * @example parseContentRange('bytes 5-9/10') // { start: 5, end: 9, size: 10 }
 */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const groups = contentRangePattern.exec(header?.trim() ?? '')?.groups;
  if (groups === undefined) return undefined;
  const [start, end] = [Number(groups['start']), Number(groups['end'])];
  const size = groups['size'] === undefined ? undefined : Number(groups['size']);
  if (![start, end, size ?? 0].every(Number.isSafeInteger) || end < start) return undefined;
  if (size === undefined) return { start, end };
  return end < size ? { start, end, size } : undefined;
}

/**
 * How many bytes of an upload a registry has, by the header `Range` of its answer, whose end is part of what it
 * has. `0-0` is what registries answer of an upload that has nothing yet as well as of one that has one byte
 * (distribution specification, pushing a blob in chunks): it counts as nothing, so that no byte is left out.
 *
 * @example parseUploadRange('0-1023') // 1024
 */
export function parseUploadRange(header: string | undefined): number | undefined {
  const end = Number(uploadRangePattern.exec(header?.trim() ?? '')?.groups?.['end'] ?? Number.NaN);
  if (!Number.isSafeInteger(end) || end === Number.MAX_SAFE_INTEGER) return undefined;
  return end === 0 ? 0 : end + 1;
}
