import { compareVersions, splitVersion, type Version } from '@slipway/core/version';
import { computeBranchPlace, type BranchPlaces, type LinePlace } from './place.js';

/** The newest commit of a branch that makes releases, as one ref of this clone has it. */
export interface Tip {
  readonly place: LinePlace;
  readonly hash: string;
  /** Whether it is as it was fetched; the branch of this clone may lag behind. */
  readonly isFetched: boolean;
}

/** The tips of the branches that make releases of a service: the release branches, then its own. */
export function listTips(
  branches: ReadonlyMap<string, string>,
  service: string,
  places: BranchPlaces,
): readonly Tip[] {
  const tips = [...branches].flatMap(([ref, hash]): Tip[] => {
    const isFetched = ref.startsWith('refs/remotes/');
    const branch = isFetched
      ? ref.slice(ref.indexOf('/', 'refs/remotes/'.length) + 1)
      : ref.replace(/^refs\/heads\//, '');
    const place = computeBranchPlace(branch, service, places);
    return place.kind === 'other' ? [] : [{ place, hash, isFetched }];
  });
  const known = new Map(tips.map((tip) => [`${tip.place.branch} ${tip.hash}`, tip]));
  return [...known.values()].toSorted((a, b) => rank(a) - rank(b));
}

function rank({ place, isFetched }: Tip): number {
  return (place.kind === 'release' ? 0 : 2) + (isFetched ? 0 : 1);
}

/** Of each branch what was fetched, and what only this clone has where nothing was. */
export function keepPublished(tips: readonly Tip[]): readonly Tip[] {
  const fetched = new Set(
    tips.filter(({ isFetched }) => isFetched).map(({ place }) => place.branch),
  );
  return tips.filter(({ place, isFetched }) => isFetched || !fetched.has(place.branch));
}

/** Whether a line may make a number that is as high as a release, or higher. */
export function mayReach(place: LinePlace, release: Version | undefined): boolean {
  if (place.kind === 'release' || release === undefined) return true;
  if (place.kind === 'fixed' && compareVersions(place.version, release) >= 0) return true;
  const { major, minor } = splitVersion(release);
  const own = place.kind === 'fixed' ? splitVersion(place.version) : place;
  return own.major > major || (own.major === major && own.minor >= minor);
}
