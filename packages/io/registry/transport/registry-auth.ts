import { invalidInput, type Problem } from '@slipway/core/errors';
import { parseRepository } from '@slipway/core/image-ref';
import { Secret } from '@slipway/core/secret';

/** Who we are at one registry. */
export interface RegistryCredential {
  /** Host, with the port where there is one; matched exactly. */
  readonly registry: string;
  readonly username: string;
  readonly password: Secret;
}

const linePattern = /^(?<host>\S+)\s+(?<username>\S+)\s+(?<password>\S.*)$/;

/**
 * Reads the input `registry-auth`: one line per host.
 *
 * @example parseRegistryAuth('registry.example.com ci hunter2', 'registry-auth')
 * // [{ registry: 'registry.example.com', username: 'ci', password: <redacted> }]
 * @throws SlipwayError `invalid-input` with every wrong line; a line is never shown, only its number
 */
export function parseRegistryAuth(text: string, subject: string): readonly RegistryCredential[] {
  const credentials = new Map<string, RegistryCredential>();
  const problems: Problem[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const where = `${subject}, line ${index + 1}`;
    const credential = tryParseLine(line);
    if (credential === undefined) {
      problems.push({
        subject: where,
        expected: 'a line “host username password”',
        fix: 'Write a line such as “registry.example.com ci ${{ secrets.REGISTRY_PASSWORD }}”; an empty secret leaves the password out.',
      });
    } else if (credentials.has(credential.registry)) {
      problems.push({
        subject: where,
        given: credential.registry,
        expected: 'one line for each host',
        fix: 'Remove one of the lines.',
      });
    } else {
      credentials.set(credential.registry, credential);
    }
  }
  if (problems.length > 0) throw invalidInput(problems);
  return [...credentials.values()];
}

function tryParseLine(line: string): RegistryCredential | undefined {
  const groups = linePattern.exec(line)?.groups;
  const { host, username, password } = groups ?? {};
  if (host === undefined || username === undefined || password === undefined) return undefined;
  const registry = tryParseHost(host);
  if (registry === undefined) return undefined;
  return { registry, username, password: Secret.of(password) };
}

/**
 * A registry's host as references write it, or undefined: a URL or a path is not one.
 *
 * @example tryParseHost('index.docker.io') // 'docker.io'
 */
export function tryParseHost(text: string): string | undefined {
  if (text.includes('/')) return undefined;
  try {
    const { registry } = parseRepository(`${text}/x/y`);
    if (registry === text) return registry;
    return text === 'index.docker.io' || text === 'registry-1.docker.io' ? 'docker.io' : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads one entry of the input `plain-http`.
 *
 * @example parsePlainHttpHost('10.250.0.1:5000', 'plain-http') // '10.250.0.1:5000'
 * @throws SlipwayError `invalid-input`
 */
export function parsePlainHttpHost(text: string, subject: string): string {
  const host = tryParseHost(text);
  if (host === undefined) {
    throw invalidInput([
      {
        subject,
        given: text,
        expected: 'a host, with its port if it has one, such as registry.internal:5000',
      },
    ]);
  }
  return host;
}
