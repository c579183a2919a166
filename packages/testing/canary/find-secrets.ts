import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { listForms, type SecretForm } from './forms.js';

/** A text that nobody must see. */
export interface HiddenText {
  /** What it is, for people: the text itself is never told. */
  readonly name: string;
  readonly text: string;
}

/** Where a secret was found, and how it was written. */
export interface Finding {
  readonly place: string;
  readonly secret: string;
  readonly form: string;
}

/** What is compressed and larger is not looked into: base images, and no test of ours makes such. */
const maxCompressedBytes = 16 * 1024 * 1024;

/**
 * Looks for secrets in some content, and in what is compressed in it (gzip, zstd).
 *
 * @param place what the content is, for people
 * @example findSecrets('the log', 'password=canary/…', [{ name: 'the canary', text: canary }])
 * // [{ place: 'the log', secret: 'the canary', form: 'plain' }]
 */
export function findSecrets(
  place: string,
  content: string | Buffer,
  secrets: readonly HiddenText[],
): readonly Finding[] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const found = secrets.flatMap(({ name, text }) =>
    formsOf(text)
      .filter((form) => bytes.includes(form.bytes))
      .map((form) => ({ place, secret: name, form: form.name })),
  );
  const inner = tryDecompress(bytes);
  const more = inner === undefined ? [] : findSecrets(`${place}, decompressed`, inner, secrets);
  return [...withoutCutOff(found), ...more];
}

/** @example formatFinding({ place: 'the log', secret: 'the canary', form: 'plain' }) // 'the canary is in the log (plain)' */
export function formatFinding({ place, secret, form }: Finding): string {
  return `${secret} is in ${place} (${form})`;
}

const known = new Map<string, readonly SecretForm[]>();

function formsOf(text: string): readonly SecretForm[] {
  const forms = known.get(text) ?? listForms(text);
  known.set(text, forms);
  return forms;
}

/** Who has the whole has its half. */
function withoutCutOff(found: readonly Finding[]): readonly Finding[] {
  const whole = new Set(found.flatMap(({ form, secret }) => (form === 'plain' ? [secret] : [])));
  return found.filter(({ form, secret }) => form !== 'plain, cut off' || !whole.has(secret));
}

function tryDecompress(bytes: Buffer): Buffer | undefined {
  if (bytes.length > maxCompressedBytes || bytes.length < 4) return undefined;
  const start = bytes.toString('hex', 0, 4);
  try {
    if (start.startsWith('1f8b')) return gunzipSync(bytes);
    if (start === '28b52ffd') return zstdDecompressSync(bytes);
  } catch {
    return undefined; // it only began like that
  }
  return undefined;
}
