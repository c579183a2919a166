import { tryFindFork, type Fork } from './fork.js';
import { computeBranchPlace, findTarget, type LinePlace, type Place } from './place.js';
import { keepPresent, listForkTips, straightenFor, type Scene } from './scene.js';
import { CutOffError, type Scope } from './scope.js';

/** Where a service is asked about. */
export interface Spot {
  readonly scope: Scope;
  readonly place: Place;
  /** The line that HEAD is on, or left. */
  readonly line: LinePlace;
  /** The newest commit of that line: HEAD, or where it left. */
  readonly at: string;
  /** Whether HEAD left a line that is known. */
  readonly hasLeft: boolean;
}

/** Those of several services; what they have in common is looked for once. */
export async function findSpots(scene: Scene, scopes: readonly Scope[]): Promise<readonly Spot[]> {
  const known = new Map<string, Promise<Fork | undefined>>();
  const findFork = (service: string): Promise<Fork | undefined> => {
    const target = findTarget(scene.checkout);
    const tips = listForkTips(scene, service, target);
    const key = JSON.stringify([target, tips]);
    const finding = known.get(key) ?? tryFindTold(scene, service, target);
    known.set(key, finding);
    return finding;
  };
  const spots: Spot[] = [];
  for (const scope of scopes) spots.push(await findSpot(scene, scope, findFork));
  return spots;
}

/** A commit that has a version is where a release was made, whatever branch is checked out. */
async function findSpot(
  scene: Scene,
  scope: Scope,
  findFork: (service: string) => Promise<Fork | undefined>,
): Promise<Spot> {
  const { head, checkout } = scene;
  const place = computePlace(scene, scope.service);
  const onLine = (line: LinePlace): Spot => ({
    ...{ scope, place: line, line, at: head.hash, hasLeft: false },
  });
  if (place.kind !== 'other') return onLine(place);
  const fork = await findFork(scope.service);
  const isNamed = scope.tags.some(({ hash }) => hash === head.hash);
  const isOnLine = fork?.at === head.hash;
  if (isOnLine && (checkout.kind === 'detached' || isNamed)) return onLine(fork.place);
  const nowhere: LinePlace = { kind: 'release', branch: '' };
  if (isNamed) return onLine(nowhere);
  return fork === undefined
    ? { scope, place, line: nowhere, at: head.hash, hasLeft: false }
    : { scope, place, line: fork.place, at: fork.at, hasLeft: true };
}

function computePlace({ checkout, releaseBranches }: Scene, service: string): Place {
  if (checkout.kind === 'pull-request') return { kind: 'other', name: `pr-${checkout.number}` };
  if (checkout.kind === 'detached') return { kind: 'other', name: 'detached' };
  return computeBranchPlace(checkout.name, service, { releaseBranches });
}

/** Of a pull request's merge commit it is what it would be merged into. */
async function tryFindTold(
  scene: Scene,
  service: string,
  target: string | undefined,
): Promise<Fork | undefined> {
  const { repository, head, checkout, merged } = scene;
  if (checkout.kind === 'pull-request' && merged === head.hash) {
    const [at, ...others] = head.parents;
    if (at === undefined && repository.isShallow) throw new CutOffError('a merge is cut off');
    if (at !== undefined && others.length > 0) {
      return { at, place: placeTarget(scene, service, target ?? '') };
    }
  }
  const tips = await keepPresent(scene, listForkTips(scene, service, target));
  return tryFindFork(repository, head.hash, tips, (place) => straightenFor(scene, place));
}

/** A branch that makes no releases is gone on from as if it did. */
function placeTarget(scene: Scene, service: string, branch: string): LinePlace {
  const place = computeBranchPlace(branch, service, scene);
  return place.kind === 'other' ? { kind: 'release', branch } : place;
}
