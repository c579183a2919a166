import { readPlacedLines, type LineQuestion, type PlacedLine } from './placed-line.js';
import { keepPresent, listPublishedTips, type Scene } from './scene.js';
import type { Spot } from './spot.js';
import { mayReach, type Tip } from './tips.js';

/**
 * What is made beside HEAD where it makes a release: by the release branches, by branches of the service that may come
 * to the same number, and by the branch itself where it has gone on.
 *
 * @returns a list for each spot
 */
export async function readOthers(
  scene: Scene,
  spots: readonly Spot[],
  lines: readonly PlacedLine[],
): Promise<readonly (readonly PlacedLine[])[]> {
  const questions: (LineQuestion & { readonly spot: Spot })[] = [];
  const contained = createReachReader(scene);
  for (const [index, spot] of spots.entries()) {
    if (spot.place.kind === 'other') continue;
    const base = lines[index]?.line.base?.version;
    const tips = listPublishedTips(scene, spot.scope.service).filter(
      ({ place, hash }) => hash !== scene.head.hash && mayReach(place, base),
    );
    for (const { place, hash } of await keepPresent(scene, tips)) {
      const isBehind = place.branch === spot.line.branch && (await contained(hash));
      if (!isBehind) questions.push({ spot, scope: spot.scope, place, at: hash });
    }
  }
  const found = await readPlacedLines(scene, questions);
  return spots.map((spot) => found.filter((_line, index) => questions[index]?.spot === spot));
}

/** Whether HEAD contains a commit, asked once for each. */
function createReachReader({ repository, head }: Scene): (hash: string) => Promise<boolean> {
  const known = new Map<Tip['hash'], Promise<ReadonlySet<string>>>();
  return async (hash) => {
    const reading = known.get(hash) ?? repository.listUnreached([hash], head.hash);
    known.set(hash, reading);
    return !(await reading).has(hash);
  };
}
