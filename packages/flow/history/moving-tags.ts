import { computeMovingTags, type Version } from '@slipway/core/version';
import { listMade, tryBegin, type LineRules } from './fold-line.js';
import type { ServiceHistory } from './service-history.js';

/**
 * The tags of an image that may move to a version. None moves away from a higher release: one that has a tag, or one
 * that any branch makes; a branch that says a number makes it with its first commit. A maintenance branch moves only
 * its own where no release branch is known.
 */
export function listMovingTags(
  { place, tags, others, on }: ServiceHistory,
  version: Version,
  rules: LineRules,
): readonly string[] {
  const made = others
    .filter((other) => tryBegin(other) === undefined)
    .flatMap((other) => listMade(other, rules));
  const moving = computeMovingTags(
    version,
    [...tags, ...made].map((each) => each.version),
  );
  if (place.kind !== 'maintenance' || on.isPlaced) return moving;
  return moving.filter((tag) => tag === `${place.major}.${place.minor}`);
}
