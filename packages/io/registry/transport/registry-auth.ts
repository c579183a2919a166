import { invalidInput } from '@slipway/core/errors';
import { parseRepository } from '@slipway/core/image-ref';
import { Secret } from '@slipway/core/secret';

/** Who we are at one registry. */
export interface RegistryCredentials {
  /** Host, with the port where there is one; matched exactly. */
  readonly registry: string;
  readonly username: string;
  readonly password: Secret;
}

const linePattern = /^(?<host>\S+)\s+(?<username>\S+)\s+(?<password>\S.*)$/;

/**
 * Reads one line of the input `registry-auth`.
 *
 * @example parseRegistryAuth('registry.example.com ci hunter2', 'registry-auth')
 * // { registry: 'registry.example.com', username: 'ci', password: <redacted> }
 * @throws SlipwayError `invalid-input`, which never shows the line
 */
export function parseRegistryAuth(line: string, subject: string): RegistryCredentials {
  const { host, username, password } = linePattern.exec(line.trim())?.groups ?? {};
  const registry = host === undefined ? undefined : tryParseHost(host);
  if (registry === undefined || username === undefined || password === undefined) {
    throw invalidInput([
      {
        subject,
        expected: 'a line “host username password” for each registry',
        fix: 'Write a line such as “registry.example.com ci ${{ secrets.REGISTRY_PASSWORD }}”; where the secret is empty the password is missing.',
      },
    ]);
  }
  return { registry, username, password: Secret.of(password) };
}

/**
 * A registry's host as references write it, or undefined: a URL or a path is not one.
 *
 * @example tryParseHost('index.docker.io') // 'docker.io'
 */
function tryParseHost(text: string): string | undefined {
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
