/** How many tags each repository has, all in all. */
const tagCount = 3000;
const serviceCount = 200;
const messages = [
  'feat: a new thing',
  'fix: what was wrong',
  'chore: tidy',
  'docs: words',
  'perf(core): quick',
];

/**
 * A repository of one service in the language of git-fast-import(1): a tag for every 33 commits, the last one
 * shortly before the newest commit.
 */
export function* generateOne(commits: number): Generator<string> {
  const step = Math.max(2, Math.floor(commits / tagCount));
  for (let index = 1; index <= commits; index += 1) {
    yield formatCommit(index, `src/folder-${index % 40}/file-${index % 13}`);
    const tag = Math.floor(index / step);
    const isTagged = index % step === 0 && index < commits;
    if (isTagged) yield formatTag(`v${Math.floor(tag / 100)}.${tag % 100}.0`, index);
  }
}

/**
 * A repository of 200 services with a folder and 15 tags each. The tags of the first service are the oldest: almost
 * all of the history came after them.
 */
export function* generateMany(commits: number): Generator<string> {
  const place = (index: number): string => nameService((index * 7919) % serviceCount);
  for (let index = 1; index <= commits; index += 1) {
    yield formatCommit(index, `services/${place(index)}/src/file-${index % 13}`);
  }
  const perService = tagCount / serviceCount;
  for (let service = 0; service < serviceCount; service += 1) {
    const last = service === 0 ? commits / 50 : commits - 1 - ((service * 37) % (commits / 3));
    for (let tag = 0; tag < perService; tag += 1) {
      const at = Math.max(1, Math.floor(last) - (perService - 1 - tag) * 10);
      yield formatTag(`${nameService(service)}-v1.${tag}.0`, at);
    }
  }
}

/** @example nameService(7) // 's007' */
export function nameService(index: number): string {
  return `s${String(index).padStart(3, '0')}`;
}

/** `.github/slipway.yml` of the repository with many services. */
export function formatConfig(): string {
  const services = Array.from({ length: serviceCount }, (_, index) => nameService(index));
  const lines = services.map((name) => `  ${name}: { paths: [services/${name}] }`);
  return ['apiVersion: slipway/v1', 'services:', ...lines, ''].join('\n');
}

function formatCommit(index: number, path: string): string {
  const title = `${messages[index % messages.length] ?? ''} ${index}`;
  const message = `${title}\n\nWhy this was done, with the number ${index} in it,\nand a second line.\n`;
  const text = `${index}\n`;
  return [
    `commit refs/heads/main\nmark :${index}\n`,
    `committer ada <ada@example.com> ${1_500_000_000 + index * 60} +0000\n`,
    `data ${message.length}\n${message}`,
    `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`,
  ].join('');
}

function formatTag(name: string, commit: number): string {
  return `reset refs/tags/${name}\nfrom :${commit}\n\n`;
}
