import { createHash } from 'node:crypto';

/**
 * What tells apart two things of the same name in the cache: everything that decides what is in them.
 *
 * @example computeKey(['trixie', 'docker.io']) // '2f0a5d…', 16 digits
 */
export function computeKey(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}\n`);
  return hash.digest('hex').slice(0, 16);
}
