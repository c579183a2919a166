/** A way to write a secret down. */
export interface SecretForm {
  /** `base64, 2 bytes in`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Every form in which a secret may lie about: as it is, its first half (a line that was cut off), as JSON, in a
 * URL, in hexadecimal digits, and in base64 and base64url wherever it stands in what was encoded.
 *
 * @param secret so long that its first half is no chance find
 * @throws RangeError when it is shorter than 16 signs
 */
export function listForms(secret: string): readonly SecretForm[] {
  if (secret.length < 16) throw new RangeError('a secret of less than 16 signs is found by chance');
  const hex = Buffer.from(secret).toString('hex');
  const url = encodeURIComponent(secret);
  const texts: readonly (readonly [string, string])[] = [
    ['plain', secret],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['URL-encoded', url],
    ['URL-encoded in small letters', lowerEscapes(url)],
    ['hex in small letters', hex],
    ['hex in capital letters', hex.toUpperCase()],
    ...[0, 1, 2].flatMap((offset) => listBase64(secret, offset)),
    ['plain, cut off', secret.slice(0, Math.ceil(secret.length / 2))],
  ];
  const named = new Map<string, string>();
  for (const [name, text] of texts) if (!named.has(text)) named.set(text, name);
  return [...named].map(([text, name]) => ({ name, bytes: Buffer.from(text) }));
}

/** The letters that are the same whatever stands before and behind the secret (RFC 4648, sections 4 and 5). */
function listBase64(secret: string, offset: number): readonly (readonly [string, string])[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const [first, end] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
  const place = offset === 0 ? '' : `, ${offset} ${offset === 1 ? 'byte' : 'bytes'} in`;
  return (['base64', 'base64url'] as const).map((encoding) => [
    `${encoding}${place}`,
    bytes.toString(encoding).slice(first, end),
  ]);
}

function lowerEscapes(text: string): string {
  return text.replaceAll(/%[\dA-F]{2}/g, (escape) => escape.toLowerCase());
}
