import { computeMovingTags, type Version } from '@slipway/core/version';
import { listMade, type LineRules } from './fold-line.js';
import type { ServiceHistory } from './service-history.js';

/**
 * The tags of an image that may move to a version. None moves away from a higher release: one that has a tag, one that
 * the release branches make, or one of the same branch. A maintenance branch moves only its own where no release
 * branch is known.
 */
export function listMovingTags(
  { place, tags, others, on }: ServiceHistory,
  version: Version,
  rules: LineRules,
): readonly string[] {
  const known = others.filter(
    (other) => other.place.kind === 'release' || other.place.branch === on.place.branch,
  );
  const made = known.flatMap((other) => listMade(other, rules));
  const moving = computeMovingTags(
    version,
    [...tags, ...made].map((each) => each.version),
  );
  if (place.kind !== 'maintenance' || on.isPlaced) return moving;
  return moving.filter((tag) => tag === `${place.major}.${place.minor}`);
}
