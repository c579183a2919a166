/** One way to authenticate that a registry offers in `WWW-Authenticate` (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const tokenPattern = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const parameterPattern =
  /(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"(?<quoted>[^"\\]*(?:\\.[^"\\]*)*)"|(?<bare>[^\s,"]*))/y;
const separatorPattern = /[\s,]*/y;

/**
 * Reads every challenge of the header as far as it can be read; a quoted value may hold commas, as scopes do.
 * Of a parameter that comes twice the first counts.
 *
 * @example parseChallenges('Bearer realm="https://auth.example.com/token",scope="repository:a:pull,push"')
 * // [{ scheme: 'bearer', parameters: { realm → …, scope → 'repository:a:pull,push' } }]
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(header);
    if (match !== null) position = pattern.lastIndex;
    return match;
  };
  while (position < header.length) {
    take(separatorPattern);
    const parameter = take(parameterPattern)?.groups;
    const current = challenges.at(-1);
    if (parameter !== undefined) {
      const { name = '', quoted, bare = '' } = parameter;
      const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
      const key = name.toLowerCase();
      if (current?.parameters.has(key) === false) current.parameters.set(key, value);
      continue;
    }
    const scheme = take(tokenPattern)?.[0];
    if (scheme === undefined) break;
    challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
  }
  return challenges;
}
