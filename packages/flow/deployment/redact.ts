export const hidden = '<redacted>';

const secretName =
  '[\\w.-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|credential)[\\w.-]*';
/** Whether a variable or key of that name holds a secret; one that only names it does not. */
export function isSecretName(name: string): boolean {
  return wholeSecretName.test(name) && !/(?:name|ref|file|path|source)$/i.test(name);
}

const wholeSecretName = new RegExp(`^${secretName}$`, 'i');
const assignment = new RegExp(
  `(?<start>["']?(?<name>${secretName})["']?[^\\S\\n]*[=:][^\\S\\n]*)(?:"[^"]*"|'[^']*'|[^\\s,;&"']+)`,
  'gi',
);
const authorization =
  /\b(authorization["']?\s*[=:]\s*["']?|bearer\s+|basic\s+)(?:(?:bearer|basic)\s+)?[\w.~+/=-]{6,}/gi;
const userInfo = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]*@/gi;
const jsonWebToken = /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g;
const privateKey =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * A program's output without what looks like a secret: passwords and tokens by name, credentials in URLs,
 * web tokens, private keys. What the run itself knows to be secret is masked by the runtime.
 *
 * @example redact('connecting to postgres://app:hunter2@db/shop') // 'connecting to postgres://<redacted>@db/shop'
 */
export function redact(text: string): string {
  return text
    .replace(privateKey, hidden)
    .replace(jsonWebToken, hidden)
    .replace(userInfo, `$1${hidden}@`)
    .replace(authorization, `$1${hidden}`)
    .replace(assignment, (all: string, start: string, name: string) =>
      isSecretName(name) ? `${start}${hidden}` : all,
    );
}
