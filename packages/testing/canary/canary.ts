import { randomBytes } from 'node:crypto';

/** By which the suites of one `npm test` use the same canary. */
export const canaryVariable = 'SLIPWAY_CANARY';

/**
 * A value that is put wherever a secret is and must turn up nowhere else. Its signs are those of passwords,
 * bearer tokens and base64 alike, and some of them are written differently in a URL; bcrypt takes all of it.
 *
 * @example createCanary() // 'canary/0f3a…+77e1…='
 */
export function createCanary(random: (size: number) => Buffer = randomBytes): string {
  return `canary/${random(10).toString('hex')}+${random(4).toString('hex')}=`;
}

let ofThisProcess: string | undefined;

/** The canary of this run; where nobody has set one, of this process. */
export function readCanary(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const given = environment[canaryVariable] ?? '';
  if (given !== '') return given;
  ofThisProcess ??= createCanary();
  return ofThisProcess;
}
