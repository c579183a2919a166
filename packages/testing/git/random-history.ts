import type { Chooser } from '../fuzz/index.js';

/** A commit of a random history. */
export interface RandomCommit {
  readonly id: number;
  /** Of commits before it. */
  readonly parents: readonly number[];
  readonly message: string;
  /** What its message comes to; `untold`: a merge that does not say it. */
  readonly level: 'major' | 'minor' | 'patch' | 'none' | 'untold';
  /** The folders that it changes. */
  readonly folders: readonly string[];
}

interface RandomTag {
  readonly name: string;
  readonly commit: number;
}

export interface RandomHistory {
  readonly commits: readonly RandomCommit[];
  readonly tags: readonly RandomTag[];
  /** The newest commits of `main`, and of another branch. */
  readonly main: number;
  readonly side: number;
}

/** Of a merge it says nothing. */
const untold = 'Update';
/** Main is what it merges: whoever made it pulled main over commits of their own. */
export const pulledMain = "Merge branch 'main' of github.com:shop/orders";
const messages = [
  ['feat: a', 'minor'],
  ['fix: a', 'patch'],
  [untold, 'patch'],
  ['docs: a', 'none'],
  ['refactor!: a', 'major'],
  ['ci: a\n\nBREAKING CHANGE: b', 'major'],
  ['feat: a\n\nSlipway-Release: none', 'none'],
] as const;
const folders = ['orders', 'orders-api', 'shared', 'other'];

/**
 * Branches that leave, go on and are merged, with tags anywhere, as no project would have them.
 *
 * @param services whose tags begin with `<service>-v`
 */
export function chooseHistory(choose: Chooser, services: readonly string[]): RandomHistory {
  const commits: RandomCommit[] = [];
  const tips = [0];
  const add = (parents: readonly number[]): number => {
    const isMerge = parents.length > 1;
    const [message, level] = choose.of(messages);
    const isUntold = isMerge && (message === untold || choose.chance(0.5));
    commits.push({
      id: commits.length,
      parents,
      ...(isUntold ? { message: chooseUntold(choose), level: 'untold' } : { message, level }),
      folders: folders.filter(() => choose.chance(isMerge ? 0.7 : 0.4)),
    });
    return commits.length - 1;
  };
  add([]);
  const count = 4 + choose.below(22);
  while (commits.length < count) playTurn(choose, tips, add);
  const tags = chooseTags(choose, services, commits.length);
  return { commits, tags, main: tips[0] ?? 0, side: choose.of(tips) };
}

function chooseUntold(choose: Chooser): string {
  return choose.chance(0.3) ? pulledMain : untold;
}

/** The first tip is main's. */
function playTurn(
  choose: Chooser,
  tips: number[],
  add: (parents: readonly number[]) => number,
): void {
  const at = choose.chance(0.5) ? 0 : choose.below(tips.length);
  const tip = tips[at] ?? 0;
  const other = choose.of(tips);
  if (choose.chance(0.2) && tips.length < 4) tips.push(tip);
  else if (choose.chance(0.05)) tips.push(add([]));
  else if (choose.chance(0.35) && other !== tip) {
    const third = choose.chance(0.2) ? tips.filter((each) => each !== tip && each !== other) : [];
    tips[at] = add([tip, other, ...new Set(third)]);
  } else tips[at] = add([tip]);
}

function chooseTags(
  choose: Chooser,
  services: readonly string[],
  commits: number,
): readonly RandomTag[] {
  const names = new Set<string>();
  return services.flatMap((service) =>
    Array.from({ length: choose.below(5) }).flatMap((): RandomTag[] => {
      const numbers = [choose.below(3), choose.below(4), choose.below(3)].join('.');
      const name = `${service}-v${numbers}${choose.chance(0.15) ? '-rc.1' : ''}`;
      if (names.has(name)) return [];
      names.add(name);
      return [{ name, commit: choose.below(commits) }];
    }),
  );
}

/** The history in the language of git-fast-import(1): `refs/ids/<id>` names each commit. */
export function formatHistory({ commits, tags }: RandomHistory): string {
  const made = commits.map(({ id, parents: [first, ...rest], message, folders: changed }) =>
    [
      `commit refs/ids/${id}\nmark :${id + 1}\n`,
      `committer ada <ada@example.com> ${1_767_225_600 + id * 60} +0000\n`,
      `data ${message.length}\n${message}\n`,
      first === undefined ? '' : `from :${first + 1}\n`,
      ...rest.map((parent) => `merge :${parent + 1}\n`),
      ...changed.map(
        (folder) => `M 100644 inline ${folder}/file\ndata ${String(id).length}\n${id}\n`,
      ),
      '\n',
    ].join(''),
  );
  const named = tags.map(({ name, commit }) => `reset refs/tags/${name}\nfrom :${commit + 1}\n\n`);
  return [...made, ...named].join('');
}
