import type { IsNew } from './compare.js';
import { tryFindFork } from './fork.js';
import type { Straighten } from './line-commits.js';
import type { LinePlace } from './place.js';
import { readLines, type Line } from './read-lines.js';
import { keepPresent, listForkTips, straightenFor, type Scene } from './scene.js';
import type { Scope } from './scope.js';

/** The commits of a service on a line that makes releases, and what that line makes of them. */
export interface PlacedLine {
  readonly place: LinePlace;
  readonly line: Line;
  /** Whether a commit came after a branch left the release branches; where it is none, all of them did. */
  readonly isOwn: IsNew;
  /** Whether that is known: a branch that left a release branch, or is one. */
  readonly isPlaced: boolean;
}

export interface LineQuestion {
  readonly scope: Scope;
  readonly place: LinePlace;
  /** The newest commit that counts. */
  readonly at: string;
}

/** Those that are read up to the same commit are read together. */
export async function readPlacedLines(
  scene: Scene,
  questions: readonly LineQuestion[],
): Promise<readonly PlacedLine[]> {
  const found = new Map<LineQuestion, PlacedLine>();
  const groups = Map.groupBy(questions, ({ at, place }) => `${at} ${place.branch}`);
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const scopes = group.map(({ scope }) => scope);
    const { straighten, ...own } = await readOwn(scene, first);
    const lines = await readLines(first.at, scopes, { ...scene, straighten });
    for (const [index, question] of group.entries()) {
      const line = lines[index];
      if (line !== undefined) found.set(question, { place: question.place, line, ...own });
    }
  }
  return questions.flatMap((question) => found.get(question) ?? []);
}

/** What a branch adds to a release branch, and how its line goes on there. */
async function readOwn(
  scene: Scene,
  { scope, place, at }: LineQuestion,
): Promise<Pick<PlacedLine, 'isOwn' | 'isPlaced'> & { readonly straighten: Straighten }> {
  const straighten = straightenFor(scene, place);
  if (place.kind === 'release') return { isOwn: () => true, isPlaced: true, straighten };
  const { repository } = scene;
  const tips = listForkTips(scene, scope.service).filter((tip) => tip.place.kind === 'release');
  const present = await keepPresent(scene, tips);
  const fork = await tryFindFork(repository, at, present, (each) => straightenFor(scene, each));
  if (fork === undefined) return { isOwn: () => true, isPlaced: false, straighten };
  const own = new Set(await repository.listHashes({ to: at, without: [fork.at] }));
  const below = straightenFor(scene, fork.place);
  return {
    isOwn: (hash) => own.has(hash),
    isPlaced: true,
    straighten: (commit) => (own.has(commit.hash) ? straighten(commit) : below(commit)),
  };
}
