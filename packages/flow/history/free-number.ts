import { SlipwayError } from '@slipway/core/errors';
import { compareVersions, type Version, type VersionStep } from '@slipway/core/version';
import type { ServiceHistory } from './service-history.js';

/**
 * Two commits never have the same release version.
 *
 * @param left the releases of the branch that a maintenance branch left
 * @throws SlipwayError `no-version` when the number is another commit's, or not below what came later
 */
export function assertFree(
  { tags, service, line }: ServiceHistory,
  { version, commit }: { readonly version: Version; readonly commit: { readonly hash: string } },
  left: readonly VersionStep[],
): void {
  const taken = tags.find((tag) => tag.version === version);
  if (taken !== undefined) {
    throw refuse(
      `${version} is the next version of ${service}, and ${taken.name} names another commit already (${taken.hash.slice(0, 7)})`,
      'Merge the line that has this tag, or choose a higher number with the input bump.',
    );
  }
  const later = line.later.findLast((tag) => compareVersions(tag.version, version) < 0);
  if (later !== undefined) {
    throw refuse(
      `${version} would be the version of ${service} here, and ${later.name}, which came later, is below it`,
      `Take ${later.name}: it contains this commit.`,
    );
  }
  const step = left.find((each) => each.version === version);
  if (step !== undefined && step.change.hash !== commit.hash) {
    throw refuse(
      `${version} is the next version of ${service} here, and ${step.change.hash.slice(0, 7)} on the release branch has it`,
      'Begin the branch at the last commit of its line on the release branch, or merge that.',
    );
  }
}

function refuse(message: string, fix: string): SlipwayError {
  return new SlipwayError('no-version', message, { fix });
}
