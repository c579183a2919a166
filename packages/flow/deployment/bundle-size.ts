import { formatBytes } from '@slipway/core/byte-size';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import {
  formatIdentity,
  formatManifests,
  identify,
  type KubernetesObject,
} from '@slipway/core/manifest';
import type { SourceFile } from '@slipway/io/render';

/** What is fetched of one part of a bundle at most; what is made is smaller. */
export const maxPartBytes = 32_000_000;

/** Above these a service is something else than a service, or a file that does not belong there was caught. */
const limits = {
  objects: 500,
  /** etcd takes no more in one request. */
  objectBytes: 1_500_000,
  manifestsBytes: 16_000_000,
  sourceFiles: 5000,
  /** The headers of the archive come on top. */
  sourcesBytes: 24_000_000,
};

/**
 * A bundle is read whole by every deployment, so that it must be small. All that is too large is told at once,
 * with what takes the most room.
 *
 * @throws SlipwayError `render-failed`
 */
export function assertBundleFits(
  objects: readonly KubernetesObject[],
  sources: readonly SourceFile[],
): void {
  const sizes = objects.map((object): Sized => {
    const bytes = Buffer.byteLength(formatManifests([object]));
    return { name: formatIdentity(identify(object)), bytes };
  });
  const files = sources.map(({ path, bytes }): Sized => ({ name: path, bytes: bytes.length }));
  const problems = [
    ...checkCount('objects', sizes, limits.objects),
    ...checkEach(sizes, limits.objectBytes),
    ...checkSum('rendered manifests', sizes, limits.manifestsBytes),
    ...checkCount('source files', files, limits.sourceFiles),
    ...checkSum('sources', files, limits.sourcesBytes),
  ];
  if (problems.length === 0) return;
  const what = problems.map(({ subject, given = '' }) => `${subject}: ${given}`).join('; ');
  throw new SlipwayError('render-failed', `the bundle is too large: ${what}`, { problems });
}

interface Sized {
  readonly name: string;
  readonly bytes: number;
}

const fix =
  'Take what does not belong to the service out of the manifests, or out of the folder that holds them.';

function checkCount(subject: string, items: readonly Sized[], limit: number): readonly Problem[] {
  if (items.length <= limit) return [];
  return [{ subject, given: String(items.length), expected: `at most ${limit}`, fix }];
}

function checkEach(items: readonly Sized[], limit: number): readonly Problem[] {
  return items
    .filter(({ bytes }) => bytes > limit)
    .map(({ name, bytes }) => ({
      subject: name,
      given: formatBytes(bytes),
      expected: `at most ${formatBytes(limit)}: Kubernetes stores no larger object`,
      fix: 'Put large data into the image or a volume.',
    }));
}

function checkSum(subject: string, items: readonly Sized[], limit: number): readonly Problem[] {
  const sum = items.reduce((total, { bytes }) => total + bytes, 0);
  if (sum <= limit) return [];
  const largest = items
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ name, bytes }) => `${name} ${formatBytes(bytes)}`);
  const given = `${formatBytes(sum)}, of which ${largest.join(', ')}`;
  return [{ subject, given, expected: `at most ${formatBytes(limit)}`, fix }];
}
