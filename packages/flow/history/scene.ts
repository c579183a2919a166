import type { Commit, LevelRules } from '@slipway/core/version';
import type { GitRepository, Refs } from '@slipway/io/git';
import type { CompareWith } from './compare.js';
import { createStraightener, type Straighten } from './line-commits.js';
import { computeBranchPlace, type Checkout, type LinePlace } from './place.js';
import { CutOffError } from './scope.js';
import { keepPublished, listTips, type Tip } from './tips.js';

/** What all services of one checkout have in common. */
export interface Scene {
  readonly repository: GitRepository;
  /** The commit that is checked out. */
  readonly head: Commit;
  readonly checkout: Checkout;
  /** The tag that was pushed. */
  readonly pushedTag?: string;
  /** The commit that GitHub says was checked out. */
  readonly merged?: string;
  readonly refs: Refs;
  /** What the remote says of its branches, where it was asked: with the names that they have here. */
  readonly told?: Refs;
  /** Branches that were fetched after a CutOffError; what is not there now is nowhere. */
  readonly fetched: ReadonlySet<string>;
  readonly releaseBranches: readonly string[];
  readonly levels: LevelRules;
  /** Whether an address is that of this repository. */
  readonly isOwnUrl: (url: string) => boolean;
  readonly compareWith?: CompareWith;
}

/** How the commits of a branch's line follow each other. */
export function straightenFor({ isOwnUrl }: Scene, { branch }: LinePlace): Straighten {
  return createStraightener({ branch, isOwnUrl });
}

/**
 * The tips that a commit may have left: those of one branch, or of all that make releases of a service. What this
 * clone has of a branch is enough.
 */
export function listForkTips(scene: Scene, service: string, target?: string): readonly Tip[] {
  const { refs, told, releaseBranches } = scene;
  const known = refs.branches;
  const list = (names: readonly string[]): readonly Tip[] => {
    const own = listTips(known, service, { releaseBranches: names });
    if (told === undefined) return own;
    const here = new Set(own.map(({ place }) => place.branch));
    const others = listTips(told.branches, service, { releaseBranches: names });
    return [...own, ...others.filter(({ place }) => !here.has(place.branch))];
  };
  if (target === undefined) return list(releaseBranches);
  const isOther = computeBranchPlace(target, service, scene).kind === 'other';
  const targets = list(isOther ? [target] : releaseBranches).filter(
    ({ place }) => place.branch === target,
  );
  return targets.length === 0 ? list(releaseBranches) : targets;
}

/** The newest commits of all branches that make releases of a service, as the remote has them. */
export function listPublishedTips(scene: Scene, service: string): readonly Tip[] {
  const branches = new Map([...scene.refs.branches, ...(scene.told?.branches ?? [])]);
  return keepPublished(listTips(branches, service, scene));
}

/**
 * Leaves out what is not in this clone, and cannot be had.
 *
 * @throws CutOffError where it can
 */
export async function keepPresent(scene: Scene, tips: readonly Tip[]): Promise<readonly Tip[]> {
  const here = new Set(scene.refs.branches.values());
  const missing: Tip[] = [];
  for (const tip of tips) {
    const isHere =
      here.has(tip.hash) || (await scene.repository.tryResolve(tip.hash)) !== undefined;
    if (!isHere) missing.push(tip);
  }
  const branches = missing
    .map(({ place }) => place.branch)
    .filter((branch) => !scene.fetched.has(branch));
  if (branches.length > 0) throw new CutOffError('a branch is not there', { branches });
  return tips.filter((tip) => !missing.includes(tip));
}
