import { tryParseDigest, type Digest } from '@slipway/core/image-ref';
import { readProperty, tryParseJson } from '../transport/index.js';

/**
 * The digests that the config of an image gives its layers without compression, the lowest first.
 *
 * @returns undefined when it has none that could be read
 */
export function tryReadDiffIds(config: Uint8Array): readonly Digest[] | undefined {
  const json = tryParseJson(Buffer.from(config).toString('utf8'));
  const listed = readProperty(readProperty(json, 'rootfs'), 'diff_ids');
  if (!Array.isArray(listed)) return undefined;
  const digests = listed.map((text) =>
    typeof text === 'string' ? tryParseDigest(text) : undefined,
  );
  const whole = digests.filter((digest) => digest !== undefined);
  return whole.length === digests.length ? whole : undefined;
}
