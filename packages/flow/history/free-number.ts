import { SlipwayError } from '@slipway/core/errors';
import { compareVersions, type Version } from '@slipway/core/version';
import { listMade, type LineRules } from './fold-line.js';
import type { ServiceHistory } from './service-history.js';

/**
 * Two commits never have the same release version.
 *
 * @throws SlipwayError `no-version` when the number is another commit's, by its tag or by the line of another branch
 */
export function assertFree(
  { tags, service, place, others }: ServiceHistory,
  { version, commit }: { readonly version: Version; readonly commit: { readonly hash: string } },
  rules: LineRules,
): void {
  const taken = tags.find((tag) => tag.version === version);
  if (taken !== undefined) {
    throw refuse(
      `${version} is the next version of ${service}, and ${taken.name} names another commit already (${taken.hash.slice(0, 7)})`,
      'Merge the line that has this tag, or choose a higher number with the input bump.',
    );
  }
  for (const other of others) {
    const made = listMade(other, rules).find((each) => each.version === version);
    if (made === undefined || made.hash === commit.hash) continue;
    const { branch, kind } = other.place;
    throw refuse(
      `${version} is the next version of ${service} here, and ${made.hash.slice(0, 7)} on ${branch} has it`,
      place.kind === 'maintenance' && kind === 'release'
        ? `Begin the branch at the last commit of its line on ${branch}, or merge that.`
        : 'Tag the commit that shall have it, and merge its line here; or choose a higher number with the input bump.',
    );
  }
}

/**
 * A tag with numbers that no version can have is not passed over where it would be the highest one.
 *
 * @throws SlipwayError `no-version`
 */
export function assertCounted({ service, uncounted }: ServiceHistory): void {
  if (uncounted === undefined) return;
  throw refuse(
    `the last version of ${service} is not certain: ${uncounted.name} has a number above ${Number.MAX_SAFE_INTEGER}, which no version can have`,
    'Give its commit a tag with smaller numbers, and delete this one.',
  );
}

/**
 * Along a line versions only go up: a commit that was released later, with others and under a lower number than its
 * own would be, has none.
 *
 * @throws SlipwayError `no-version`
 */
export function assertBelowLater({ service, on }: ServiceHistory, version: Version): void {
  const later = on.line.later.findLast((tag) => compareVersions(tag.version, version) < 0);
  if (later === undefined) return;
  throw refuse(
    `${version} would be the version of ${service} here, and ${later.name}, which came later, is below it`,
    `Take ${later.name}: it contains this commit.`,
  );
}

function refuse(message: string, fix: string): SlipwayError {
  return new SlipwayError('no-version', message, { fix });
}
