export type DecodedReport =
  | { readonly state: 'read'; readonly text: string }
  /** `reason` completes “it is …”. */
  | { readonly state: 'refused'; readonly reason: string };

/** Far enough for an XML declaration. */
const declarationBytes = 256;
const declaredPattern = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["'](?<label>[^"'>]*)["']/;

/**
 * The text of a report: in the encoding of its byte order mark, else in that of its XML declaration, else UTF-8
 * (https://www.w3.org/TR/xml/#sec-guessing). Bytes that are no UTF-8, as tests write them, become “�”; they can
 * hide no markup, which is ASCII.
 *
 * @example decodeReport(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>…', 'latin1'))
 */
export function decodeReport(bytes: Uint8Array): DecodedReport {
  const wide = findWideEncoding(bytes);
  if (wide !== undefined) return decode(bytes, wide, true);
  const start = String.fromCharCode(...bytes.subarray(0, declarationBytes));
  const label = declaredPattern.exec(start.replace(/^\u00ef\u00bb\u00bf/, ''))?.groups?.['label'];
  // who could read the declaration byte by byte sees that it is not in UTF-16, whatever it says (.NET does)
  const isUtf8 = label === undefined || /^(?:utf-?(?:8|16(?:[lb]e)?)|(?:us-)?ascii)$/i.test(label);
  return decode(bytes, isUtf8 ? 'utf-8' : label, !isUtf8);
}

/** UTF-16 by its mark, or by the zeros of its first “<”. */
function findWideEncoding([first, second]: Uint8Array): string | undefined {
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return undefined;
}

function decode(bytes: Uint8Array, label: string, fatal: boolean): DecodedReport {
  try {
    return { state: 'read', text: new TextDecoder(label, { fatal }).decode(bytes) };
  } catch (error) {
    const code = typeof error === 'object' && error && 'code' in error ? error.code : '';
    const reason = typeof code === 'string' ? reasons.get(code) : undefined;
    if (reason === undefined) throw error;
    return { state: 'refused', reason: `${reason} ${label.slice(0, longestLabel)}` };
  }
}

const longestLabel = 40;
const reasons: ReadonlyMap<string, string> = new Map([
  ['ERR_ENCODING_NOT_SUPPORTED', 'XML in an encoding that is not known,'],
  ['ERR_ENCODING_INVALID_ENCODED_DATA', 'a file that is not in the encoding that it claims,'],
]);
