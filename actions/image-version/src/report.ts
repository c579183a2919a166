import { formatAnnotations } from '@slipway/core/version';
import type { Report } from '@slipway/flow/runtime';
import { formatVersionLog, type ServiceVersion } from './plan.js';
import type { Result } from './run.js';

const emptyMatrix = '{"include":[]}';

export const outputs = {
  version: '',
  'previous-version': '',
  level: 'none',
  tag: '',
  'image-tags': '',
  'moving-tags': '',
  labels: '',
  annotations: '',
  changed: 'false',
  'is-release': 'false',
  changelog: '',
  commit: '',
  'tag-created': 'false',
  'release-url': '',
  matrix: emptyMatrix,
};

export function report(result: Result): Report {
  const { inputs, versions, url } = result;
  const changed = versions.filter(({ isChanged }) => isChanged);
  const matrix = JSON.stringify({ include: changed.map(toMatrixEntry) });
  const [only] = versions;
  if (inputs.isAll || only === undefined) {
    return {
      outputs: { changed: `${changed.length > 0}`, matrix, ...formatMade(result) },
      summary: [...summarizeAll(versions, changed.length), ...summarizeMade(result)].join('\n'),
    };
  }
  return {
    outputs: { ...formatOutputs(only, url), matrix, ...formatMade(result) },
    summary: [...summarizeOne(only, url), ...summarizeMade(result)].join('\n'),
  };
}

/** Whether this run made a tag, and where a release can be read. */
function formatMade({ inputs, tags, releases }: Result): Record<string, string> {
  const isCreated = !inputs.isDryRun && tags.some(({ state }) => state === 'created');
  return {
    'tag-created': `${isCreated}`,
    'release-url': releases.flatMap(({ url }) => url ?? []).join('\n'),
  };
}

function summarizeMade({ inputs, tags, releases }: Result): readonly string[] {
  const describe = (state: 'created' | 'unchanged'): string =>
    state === 'created' && inputs.isDryRun ? 'would be created' : state;
  const lines = [
    ...tags.map(({ name, state }) => `- Git tag ${formatCode(name)}: ${describe(state)}`),
    ...releases.map(({ tag, state, url }) => {
      const name = url === undefined ? formatCode(tag) : `[${tag}](${url})`;
      return `- Release ${name}: ${describe(state)}`;
    }),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

function formatOutputs(version: ServiceVersion, url: string | undefined): Record<string, string> {
  const annotations = formatLines(annotate(version, url));
  return {
    version: version.version,
    'previous-version': version.previous ?? '',
    level: version.level,
    tag: version.tag ?? '',
    'image-tags': version.version,
    'moving-tags': version.movingTags.join('\n'),
    labels: annotations,
    annotations,
    changed: `${version.isChanged}`,
    'is-release': `${version.isRelease}`,
    changelog: formatVersionLog(version, url),
    commit: version.commit.hash,
  };
}

/** What a job of the matrix needs before it asks for its own version: the same answer as here. */
function toMatrixEntry(version: ServiceVersion): Readonly<Record<string, string | boolean>> {
  return {
    service: version.service,
    version: version.version,
    'previous-version': version.previous ?? '',
    level: version.level,
    tag: version.tag ?? '',
    'is-release': version.isRelease,
    commit: version.commit.hash,
  };
}

function annotate(
  { version, level, commit }: ServiceVersion,
  url: string | undefined,
): Readonly<Record<string, string>> {
  const { hash: revision, seconds } = commit;
  return formatAnnotations({
    version,
    level,
    revision,
    seconds,
    ...(url === undefined ? {} : { url }),
  });
}

function formatLines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

function summarizeOne(version: ServiceVersion, url: string | undefined): readonly string[] {
  const { service, previous, movingTags, commit, since, tag } = version;
  const moving = movingTags.length === 0 ? 'none' : movingTags.map(formatCode).join(', ');
  const log = formatVersionLog(version, url);
  const start = since === undefined ? 'the beginning' : formatCode(since);
  return [
    `### ${formatIcon(version)} ${service} ${version.version}`,
    '',
    '| | |',
    '|---|---|',
    `| Why | ${escapeCell(version.reason)} |`,
    `| Kind | ${version.isRelease ? 'release' : 'prerelease'}, ${formatLevel(version)} |`,
    `| Version before | ${previous === undefined ? 'none' : formatCode(previous)} |`,
    `| Git tag | ${tag === undefined ? 'none' : formatCode(tag)} |`,
    `| Moving tags, once it proved good | ${moving} |`,
    `| Commit | ${formatCode(commit.hash)} |`,
    `| Changed | ${formatChanged(version)} |`,
    ...version.notes.map((note) => `| Note | ${escapeCell(note)} |`),
    '',
    ...(log === '' ? [] : [`Changes since ${start}:`, '', log]),
  ];
}

function summarizeAll(versions: readonly ServiceVersion[], changed: number): readonly string[] {
  const rows = versions.map(
    (version) =>
      `| ${version.service} | ${formatCode(version.version)} | ${formatLevel(version)} | ${formatChanged(version)} | ${escapeCell(version.reason)} |`,
  );
  return [
    `### ${changed} of ${versions.length} services changed`,
    '',
    '| service | version | level | changed | why |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

function formatIcon({ isRelease, isChanged }: ServiceVersion): string {
  if (!isChanged) return '⏸️';
  return isRelease ? '🏷️' : '🔎';
}

function formatLevel({ level }: ServiceVersion): string {
  return level === 'none' ? 'changes nothing for users' : level;
}

function formatChanged({ isChanged }: ServiceVersion): string {
  return isChanged ? 'yes' : 'no, nothing to build';
}

function formatCode(text: string): string {
  return `\`${text}\``;
}

/** What people wrote into a commit must not break the table. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
