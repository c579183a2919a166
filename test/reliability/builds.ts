import { chmod, lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDuration } from '@slipway/core/duration';
import { describeError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import { openLayout } from '@slipway/io/registry';
import { assertOwnParts, openLab } from '@slipway/lab/parts';
import { languages, type Language } from '@slipway/testing/languages';
import { createRandom } from '@slipway/testing/random';
import {
  openEngineAccess,
  openJob,
  runnerEngines,
  type EngineAccess,
  type Job,
  type RunnerEngine,
  type Step,
} from '@slipway/testing/step';

type Print = (line: string) => void;

/** How a project is tested. */
const ways = ['commands', 'test stage'] as const;

interface Cell {
  readonly language: Language;
  readonly engine: RunnerEngine;
  readonly way: (typeof ways)[number];
}

const action = fileURLToPath(
  new URL('../../actions/containerized-build/src/main.ts', import.meta.url),
);
/** Somebody whom no image and nobody on this machine knows. */
const user = 12_345;

/** Every language with every engine in every way. */
export const buildCells: readonly Cell[] = languages.flatMap((language) =>
  runnerEngines.flatMap((engine) => ways.map((way) => ({ language, engine, way }))),
);

/**
 * `npm run reliability -- builds`: projects in five languages, each tested by commands and by a stage of its
 * Dockerfile, and built, with every engine: results, layout, digest, and whose the files are. An image is built a
 * second time from nothing in another folder, and must have the same digest.
 *
 * @param trials so many of the combinations, which the seed chooses
 */
export async function runBuilds(seed: number, trials: number, print: Print): Promise<boolean> {
  assertOwnParts(); // images and caches of the engine are removed
  const chosen = chooseCells(seed, trials);
  const lab = await openLab({ log: print });
  let wrong = 0;
  try {
    if (chosen.some(({ language }) => ['Java', 'Rust'].includes(language.name))) {
      await lab.offerLanguages();
    }
    for (const engine of runnerEngines) {
      const own = chosen.filter((cell) => cell.engine === engine);
      if (own.length === 0) continue;
      const access = await openEngineAccess(lab, engine);
      for (const cell of own) if (!(await tellCell(cell, access, print))) wrong += 1;
      await access.close();
    }
  } finally {
    await lab.close();
  }
  print(`builds: ${chosen.length - wrong} passed, ${wrong} failed`);
  return wrong === 0;
}

function chooseCells(seed: number, trials: number): readonly Cell[] {
  const next = createRandom(seed);
  const shuffled = buildCells
    .map((cell) => ({ cell, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ cell }) => cell);
  return shuffled.slice(0, trials);
}

async function tellCell(cell: Cell, access: EngineAccess, print: Print): Promise<boolean> {
  const name = `${cell.language.name}, ${cell.engine}, ${cell.way}`;
  const startedMs = systemClock.monotonicMs();
  const problems = await runCell(cell, access).catch((error: unknown) => [describeError(error)]);
  const took = formatDuration(systemClock.monotonicMs() - startedMs);
  print(problems.length === 0 ? `  ${name}: ${took}` : `  ${name}: ${problems.join('; ')}`);
  return problems.length === 0;
}

/** @returns what is not as it must be */
async function runCell(cell: Cell, access: EngineAccess): Promise<readonly string[]> {
  const job = await openProject(cell, access);
  try {
    const step = await job.run(inputsOf(cell));
    const problems = [...judgeStep(step), ...(await judgeOwners(job))];
    if (cell.way === 'commands' || step.exitCode !== 0) return problems;
    const digest = step.outputs.get('digest') ?? '';
    const layout = await judgeLayout(step.outputs.get('layout') ?? '', digest);
    return [...problems, ...layout, ...(await judgeAgain(cell, access, digest))];
  } finally {
    await job.remove();
  }
}

async function openProject({ language }: Cell, { environment }: EngineAccess): Promise<Job> {
  const files = {
    ...language.files,
    'test.sh': `set -e\n${language.test}`,
    Dockerfile: formatDockerfile(language),
    '.dockerignore': '.git\n',
  };
  const job = await openJob({ main: action, files, environment });
  // somebody else works in it
  await chmod(job.workspace, 0o777);
  const contents = (await readdir(job.workspace)).filter((name) => name !== '.git');
  await runCommand(['chmod', '-R', 'a+rwX', ...contents], { cwd: job.workspace });
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

function inputsOf({ language, engine, way }: Cell): Readonly<Record<string, string>> {
  const common = {
    engine: engine === 'classic' ? 'docker' : engine,
    junit: language.junit,
    env: 'HOME=/tmp',
  };
  if (way === 'test stage') return { ...common, 'test-target': 'test' };
  return {
    ...common,
    'run-image': language.image,
    run: language.test,
    user: `${user}:${user}`,
  };
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

/** All is the user's of this machine, whoever it was told to run as. */
async function judgeOwners({ workspace }: Job): Promise<readonly string[]> {
  const all = await readdir(workspace, { recursive: true });
  const paths = all.filter((path) => !/^\.git(?:\/|$)/.test(path));
  const owners = await Promise.all(
    paths.map(async (path) => ({ path, uid: (await lstat(join(workspace, path))).uid })),
  );
  const others = owners.filter(({ uid }) => uid !== process.getuid?.());
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

/** The second time nothing is there that the first build left. */
async function judgeAgain(
  cell: Cell,
  access: EngineAccess,
  digest: string,
): Promise<readonly string[]> {
  await forgetBuilds(cell.engine, access);
  const job = await openProject(cell, access);
  try {
    const step = await job.run(inputsOf(cell));
    const again = step.outputs.get('digest') ?? '';
    return again === digest ? [] : [`built anew it is ${again}, not ${digest}`];
  } finally {
    await job.remove();
  }
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
