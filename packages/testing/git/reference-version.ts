import { pulledMain, type RandomCommit, type RandomHistory } from './random-history.js';

/** What is asked: a service, and where. */
export interface ReferenceQuestion {
  readonly service: string;
  readonly folders: readonly string[];
  readonly head: number;
  /** The newest commit of the release branch, where HEAD is on another one. */
  readonly main?: number;
}

/** `refused`, or a version with `#` for the beginning of a hash. */
export type ReferenceAnswer = string;

interface Tagged {
  readonly version: string;
  readonly commit: number;
}

const initial = '0.1.0';
const levels = ['none', 'patch', 'minor', 'major'] as const;
type Level = (typeof levels)[number];

/**
 * The rule of versions, written down once more and as simply as it can be: whole sets of ancestors, no limits, no
 * git. Slow, and the judge of what is quick.
 */
export function answerByReference(
  history: RandomHistory,
  { service, folders, head, main }: ReferenceQuestion,
): ReferenceAnswer {
  const { commits, tags } = history;
  const reach = (id: number): ReadonlySet<number> => findReach(commits, id);
  const touchesIn = (of: readonly RandomCommit[], id: number): boolean =>
    folders.length === 0 || of[id]?.folders.some((each) => folders.includes(each)) === true;
  const touches = (id: number): boolean => touchesIn(commits, id);
  const own = tags
    .filter(({ name }) => name.startsWith(`${service}-v`))
    .map(({ name, commit }) => ({ version: name.slice(service.length + 2), commit }))
    .toSorted((a, b) => compare(b.version, a.version));

  const straight = commits.map((commit) => straighten(commits, commit));
  const readLine = (at: number, of: readonly RandomCommit[]) => {
    const chain = listLine(of, at);
    const last = chain.find((id) => touchesIn(of, id));
    if (last === undefined) return undefined;
    const upTo = chain.slice(0, chain.indexOf(last) + 1);
    const names = own.filter(({ commit }) => upTo.includes(commit));
    const known = reach(last);
    const releases = own.filter((tag) => isRelease(tag) && !names.includes(tag));
    const base = releases.find(({ commit }) => known.has(commit));
    const before = base === undefined ? new Set<number>() : reach(base.commit);
    const upToLast = chain.slice(chain.indexOf(last)).filter((id) => touchesIn(of, id));
    const since = fold(
      upToLast.filter((id) => !before.has(id)),
      ...([of, base?.version, before] as const),
    );
    const candidate = chain
      .slice(chain.indexOf(last) + 1)
      .flatMap((id) => releases.find(({ commit }) => commit === id) ?? [])[0];
    const end = candidate === undefined ? chain.length : chain.indexOf(candidate.commit);
    const alone = fold(
      upToLast.filter((id) => chain.indexOf(id) < end),
      ...([of, candidate?.version, new Set<number>()] as const),
    );
    const isHigher = compare(alone.last, since.last) > 0;
    const { last: version, released } = isHigher ? alone : since;
    return { last, names, releases, known, base, version, released };
  };
  /** Along commits, newest first, from a release on. */
  const fold = (
    ids: readonly number[],
    of: readonly RandomCommit[],
    from: string | undefined,
    before: ReadonlySet<number>,
  ) => {
    let released = from;
    let distance = 0;
    let last = '';
    for (const id of ids.toReversed()) {
      const level = readLevel(id, before, of);
      distance = level === 'none' ? distance + 1 : 0;
      const next = released === undefined ? initial : bump(released, level);
      if (level !== 'none') released = next;
      last = level === 'none' ? `${next}-dev.${distance}.#` : next;
    }
    return { last, released };
  };
  const readLevel = (
    id: number,
    before: ReadonlySet<number>,
    of: readonly RandomCommit[] = commits,
  ): Level => {
    const commit = of[id];
    if (commit === undefined) return 'none';
    if (commit.level !== 'untold') return commit.level;
    const line = commit.parents[0] === undefined ? new Set<number>() : reach(commit.parents[0]);
    const brought = [...reach(id)].filter((each) => !line.has(each) && !before.has(each));
    return findHighest(listCounted(commit.parents.slice(1), new Set(brought))) ?? 'patch';
  };
  /** A merge that says what it changes stands for what only it brings; one that does not, for nothing. */
  const listCounted = (from: readonly number[], within: ReadonlySet<number>): readonly number[] => {
    const found = new Set<number>();
    const open = [...from];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (!within.has(id) || found.has(id)) continue;
      found.add(id);
      const { parents = [] } = commits[id] ?? {};
      open.push(...(isTold(id) ? parents.slice(0, 1) : parents));
    }
    return [...found].filter((id) =>
      isTold(id) ? bringsOwn(id, within) : isSingle(id) && touches(id),
    );
  };
  const bringsOwn = (id: number, within: ReadonlySet<number>): boolean => {
    const line = reach(commits[id]?.parents[0] ?? id);
    return [...reach(id)].some(
      (each) => within.has(each) && !line.has(each) && isSingle(each) && touches(each),
    );
  };
  const isTold = (id: number): boolean => !isSingle(id) && commits[id]?.level !== 'untold';
  const isSingle = (id: number): boolean => (commits[id]?.parents.length ?? 0) < 2;
  const findHighest = (ids: readonly number[]): Level | undefined => {
    const ranks = ids.map((id) => levels.indexOf(readLevel(id, new Set())));
    return ids.length === 0 ? undefined : levels[Math.max(...ranks)];
  };

  if (main === undefined || own.some(({ commit }) => commit === head)) {
    const isMain = main === undefined || listLine(straight, main).includes(head);
    const line = readLine(head, isMain ? straight : commits);
    if (line === undefined) return 'refused';
    const name = line.names.find(isRelease) ?? line.names[0];
    if (name !== undefined) return name.version;
    const { base = { version: '0.0.0-0' } } = line;
    const isTaken = own.some(({ version }) => version === line.version);
    const isOvertaken = line.releases.some(
      ({ version, commit }) =>
        compare(version, base.version) > 0 &&
        compare(version, line.version) < 0 &&
        !line.known.has(commit) &&
        reach(commit).has(line.last),
    );
    return isTaken || isOvertaken ? 'refused' : line.version;
  }

  const known = reach(head);
  const fork = listLine(straight, main).find((id) => known.has(id));
  const line = readLine(fork ?? head, fork === undefined ? commits : straight);
  const from = fork ?? line?.base?.commit;
  const before = from === undefined ? new Set<number>() : reach(from);
  const added = listCounted([head], new Set([...known].filter((id) => !before.has(id))));
  if (line === undefined && added.length === 0) return 'refused';
  const chain = listLine(fork === undefined ? commits : straight, fork ?? head);
  const named = (line?.names ?? own.filter(({ commit }) => chain.includes(commit))).find(
    isRelease,
  )?.version;
  const previous = named ?? (fork === undefined ? line?.base?.version : line?.released);
  const highest = findHighest(added) ?? 'none';
  const next = previous === undefined ? initial : bump(previous, highest);
  return `${next}-topic.${added.length}.#`;
}

function isRelease({ version }: Tagged): boolean {
  return !version.includes('-');
}

function bump(version: string, level: Level): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (level === 'major') return `${major + 1}.0.0`;
  return level === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** Of two with the same numbers the one with a prerelease is the lower one; there are no two of those. */
function compare(a: string, b: string): number {
  const read = (version: string): readonly number[] => [
    ...(version.split('-')[0] ?? '').split('.').map(Number),
    version.includes('-') ? 0 : 1,
    Number(/-dev\.(?<distance>\d+)/.exec(version)?.groups?.['distance'] ?? 0),
  ];
  const [left, right] = [read(a), read(b)];
  const differing = left.findIndex((number, index) => number !== right[index]);
  return differing === -1 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
}

function findReach(commits: readonly RandomCommit[], from: number): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(commits[id]?.parents ?? []));
  }
  return found;
}

/** What main was, newest first. */
export function listMainLine({ commits, main }: RandomHistory): readonly number[] {
  return listLine(
    commits.map((commit) => straighten(commits, commit)),
    main,
  );
}

/** Main goes on from what it was before somebody pulled it; what is changed is told against that. */
function straighten(commits: readonly RandomCommit[], commit: RandomCommit): RandomCommit {
  const [first, second, ...others] = commit.parents;
  if (commit.message !== pulledMain || first === undefined || second === undefined) return commit;
  if (others.length > 0) return commit;
  const [after, before] = [readFiles(commits, commit.id), readFiles(commits, second)];
  const names = [...new Set([...after.keys(), ...before.keys()])];
  const folders = names.filter((name) => after.get(name) !== before.get(name));
  return { ...commit, parents: [second, first], folders };
}

/** The commit that wrote the file of each folder last. */
function readFiles(commits: readonly RandomCommit[], id: number): ReadonlyMap<string, number> {
  const commit = commits[id];
  const [first] = commit?.parents ?? [];
  const inherited = first === undefined ? [] : readFiles(commits, first);
  const own = (commit?.folders ?? []).map((folder): [string, number] => [folder, id]);
  return new Map([...inherited, ...own]);
}

/** The first-parent line, newest first. */
function listLine(commits: readonly RandomCommit[], from: number): readonly number[] {
  const line: number[] = [];
  for (let id: number | undefined = from; id !== undefined; id = commits[id]?.parents[0]) {
    line.push(id);
  }
  return line;
}
