import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { openLayout } from '@slipway/io/registry';
import type { Language } from '@slipway/testing/languages';
import {
  openJob,
  type EngineAccess,
  type Job,
  type RunnerEngine,
  type Step,
} from '@slipway/testing/step';

/** How a project is tested. */
export const ways = ['commands', 'test stage', 'Compose'] as const;

export interface BuildCell {
  readonly language: Language;
  readonly engine: RunnerEngine;
  readonly way: (typeof ways)[number];
}

/** What cells have in common. */
export interface CellTools {
  readonly access: EngineAccess;
  /** What an engine called the image of a language: all ways make the same. */
  readonly digests: Map<string, string>;
  /** Nobody else uses the engine: what it has can be removed, to build from nothing. */
  readonly isAlone: boolean;
}

const action = fileURLToPath(
  new URL('../../actions/containerized-build/src/main.ts', import.meta.url),
);
/** Whom the workspace belongs to where root runs this: somebody whom no image and nobody on this machine knows. */
const stranger = 12_345;
const owner = process.getuid?.() === 0 ? stranger : process.getuid?.();

/** @returns what is not as it must be */
export async function runCell(cell: BuildCell, tools: CellTools): Promise<readonly string[]> {
  const job = await openProject(cell, tools);
  try {
    const step = await job.run(inputsOf(cell));
    if (isRefused(cell)) return [...judgeRefusal(step), ...(await judgeOwners(job))];
    const problems = [...judgeStep(step), ...(await judgeOwners(job))];
    if (step.exitCode !== 0) return problems;
    const digest = step.outputs.get('digest') ?? '';
    const layout = await judgeLayout(step.outputs.get('layout') ?? '', digest);
    const same = await judgeDigest(cell, tools, digest);
    const failed = cell.engine === 'docker' ? await judgeFailure(cell, job) : [];
    return [...problems, ...layout, ...same, ...failed];
  } finally {
    await job.remove();
  }
}

async function openProject({ language }: BuildCell, { access }: CellTools): Promise<Job> {
  const files = {
    ...language.files,
    'test.sh': `set -e\n${language.test}`,
    Dockerfile: formatDockerfile(language),
    'compose.yml': formatCompose(language),
    '.dockerignore': '.git\n',
    '.gitignore': 'reports\nclasses\n',
  };
  // git wants to be told that another user's folder is meant
  const trust = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory' };
  const environment = { ...access.environment, ...trust, GIT_CONFIG_VALUE_0: '*' };
  const job = await openJob({ main: action, files, environment });
  await runCommand(['chown', '-R', String(owner), job.workspace]);
  return job;
}

function formatDockerfile({ image, build }: Language): string {
  return [
    `FROM ${image} AS sources`,
    'WORKDIR /app',
    'COPY . .',
    'FROM sources AS test',
    'CMD ["sh", "test.sh"]',
    'FROM sources AS build',
    ...build,
    'FROM busybox:1.36',
    'COPY --from=build /out /out',
    '',
  ].join('\n');
}

/** The workspace is shared with the tests, which are root's in the container. */
function formatCompose({ image }: Language): string {
  return `services:
  neighbour:
    image: busybox:1.36
    command: ["sh", "-c", "sleep 1; touch /tmp/ready; sleep 1000"]
    healthcheck: { test: ["CMD", "test", "-e", "/tmp/ready"], interval: 200ms, retries: 50 }
  test:
    image: ${image}
    working_dir: /app
    volumes: [ ".:/app" ]
    depends_on: [ neighbour ]
    command: ["sh", "-c", "ping -c 1 -W 2 neighbour || getent hosts neighbour; sh test.sh"]
`;
}

function inputsOf({ language, engine, way }: BuildCell): Readonly<Record<string, string>> {
  const common = {
    engine: engine === 'classic' ? 'docker' : engine,
    junit: language.junit,
    env: 'HOME=/tmp',
    'build-context': '.',
  };
  if (way === 'test stage') return { ...common, 'test-target': 'test' };
  if (way === 'Compose') {
    return { ...common, 'compose-file': 'compose.yml', 'compose-service': 'test' };
  }
  return { ...common, 'run-image': language.image, run: language.test };
}

function isRefused({ engine, way }: BuildCell): boolean {
  return engine === 'buildah' && way === 'Compose';
}

/** What an engine cannot do is said before anything is built. */
function judgeRefusal(step: Step): readonly string[] {
  const message = step.outputs.get('failure-message') ?? '';
  const isSaid = /^compose-file: .*expected nothing: buildah runs no services/.test(message);
  const hasBegun = /STEP|FROM/.test(step.log);
  return [...(isSaid ? [] : [`said “${message}”`]), ...(hasBegun ? ['built all the same'] : [])];
}

function judgeStep(step: Step): readonly string[] {
  if (step.exitCode !== 0) {
    const [code, message] = [step.outputs.get('failure-code'), step.outputs.get('failure-message')];
    return [`${code ?? ''}: ${message ?? ''}`, step.log.slice(-1500)];
  }
  const [tests, failures] = [step.outputs.get('tests'), step.outputs.get('failures')];
  return tests === '2' && failures === '0'
    ? []
    : [`${tests ?? ''} tests, ${failures ?? ''} failures`];
}

/** All is whose the workspace is. */
async function judgeOwners({ workspace }: Job): Promise<readonly string[]> {
  const all = await readdir(workspace, { recursive: true });
  const paths = all.filter((path) => !/^\.git(?:\/|$)/.test(path));
  const owners = await Promise.all(
    paths.map(async (path) => ({ path, uid: (await lstat(join(workspace, path))).uid })),
  );
  const others = owners.filter(({ uid }) => uid !== owner);
  return others.map(({ path, uid }) => `${path} belongs to ${uid}`);
}

async function judgeLayout(folder: string, digest: string): Promise<readonly string[]> {
  const layout = await openLayout(folder);
  const { stdout } = await runCommand(['sh', '-c', 'sha256sum *'], {
    cwd: join(folder, 'blobs/sha256'),
  });
  const wrong = stdout
    .trim()
    .split('\n')
    .filter((line) => line.slice(0, 64) !== line.slice(66));
  const { manifest, descriptor } = layout.root;
  const layers = manifest.kind === 'image' ? manifest.layers : [];
  const plain = await Promise.all(
    layers.map(async (layer) => {
      const bytes = await readFile(join(folder, 'blobs', layer.digest.replace(':', '/')));
      const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
      return isGzip ? [] : [`layer ${layer.digest} is not compressed`];
    }),
  );
  return [
    ...wrong.map((line) => `not what it is called: ${line}`),
    ...plain.flat(),
    ...(layers.length === 0 ? ['it has no layers'] : []),
    ...(descriptor.digest === digest ? [] : [`it is ${descriptor.digest}, not ${digest}`]),
  ];
}

/** However it was tested the image is the same, and from nothing in another folder, too. */
async function judgeDigest(
  cell: BuildCell,
  tools: CellTools,
  digest: string,
): Promise<readonly string[]> {
  const { language, engine, way } = cell;
  const name = `${language.name}, ${engine}`;
  const known = tools.digests.get(name) ?? digest;
  tools.digests.set(name, digest);
  const other = known === digest ? [] : [`it is ${digest}, and was ${known} in another way`];
  if (way !== 'test stage' || !tools.isAlone) return other;
  return [...other, ...(await judgeAgain(cell, tools, digest))];
}

/** Nothing is there that the first build left. */
async function judgeAgain(
  cell: BuildCell,
  tools: CellTools,
  digest: string,
): Promise<readonly string[]> {
  await forgetBuilds(cell.engine, tools.access);
  const job = await openProject(cell, tools);
  try {
    const step = await job.run({ engine: inputsOf(cell)['engine'] ?? '' });
    const again = step.outputs.get('digest') ?? '';
    return again === digest ? [] : [`built anew it is ${again}, not ${digest}`];
  } finally {
    await job.remove();
  }
}

/** A test that fails is annotated at its line of the workspace, wherever it ran. */
async function judgeFailure(cell: BuildCell, job: Job): Promise<readonly string[]> {
  const { file, from, to, at } = cell.language.failing;
  const text = (cell.language.files[file] ?? '').replace(from, to);
  const line = text.slice(0, text.indexOf(at)).split('\n').length;
  await job.write({ [file]: text });
  const step = await job.run(inputsOf(cell));
  const code = step.outputs.get('failure-code') ?? '';
  const annotations = step.log
    .split('\n')
    .filter((each) => each.startsWith('::error title=failed'));
  const isThere = annotations.some((each) => each.includes(`,file=${file},line=${line}::`));
  return [
    ...(code === 'tests-failed' ? [] : [`a failing test is ${code}`]),
    ...(isThere ? [] : [`no annotation at ${file}:${line}: ${annotations.join(' ')}`]),
  ];
}

async function forgetBuilds(engine: RunnerEngine, { environment }: EngineAccess): Promise<void> {
  const argv = {
    docker: ['docker', 'builder', 'prune', '--all', '--force'],
    classic: ['docker', 'image', 'prune', '--all', '--force'],
    podman: ['podman', 'image', 'rm', '--all', '--force'],
    buildah: ['buildah', 'rmi', '--all', '--force'],
  } as const satisfies Record<RunnerEngine, readonly [string, ...string[]]>;
  await runCommand(argv[engine], { env: environment });
}
