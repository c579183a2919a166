import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { ensureProgram } from '@slipway/lab/build';
import { openLab } from '@slipway/lab/parts';
import { languages } from '@slipway/testing/languages';
import { openEngineAccess } from '@slipway/testing/step';
import { startStopwatch, type Stopwatch } from '../instruments/index.js';
import type { EngineName, ToolName } from './cases.js';

const action = fileURLToPath(new URL('../../dist/containerized-build/index.js', import.meta.url));

/** A repository for each tool, with the same sources of a program in Go. */
export interface Stage {
  readonly stopwatch: Stopwatch;
  /** Makes a source file another one, the same for both tools. */
  change(nonce: string): Promise<void>;
  /** What a tool has to be called with to build an image into a layout. */
  prepare(tool: ToolName): Parameters<Stopwatch['measure']>[0];
  end(): Promise<void>;
}

const dockerfile = `FROM golang:1.26-alpine AS build
WORKDIR /src
COPY . .
RUN go build -trimpath -buildvcs=false -o /out/add .
FROM busybox:1.36
COPY --from=build /out/add /add
ENTRYPOINT ["/add"]
`;

/** @throws Error when a part cannot be started */
export async function openStage(engine: EngineName, say: (line: string) => void): Promise<Stage> {
  const program = join(await ensureProgram('latency-proxy', say), 'latency-proxy');
  const lab = await openLab({ log: say });
  const access = await openEngineAccess(lab, engine);
  const folder = await mkdtemp(join(tmpdir(), 'bench-build-'));
  const placeOf = (tool: ToolName): string => join(folder, tool);
  for (const tool of tools) await makeRepository(placeOf(tool));
  await writeFile(join(folder, 'output'), '');
  const stopwatch = startStopwatch(program);
  const environment = { ...access.environment, HOME: folder };
  const env = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return {
    stopwatch,
    change: async (nonce) => {
      for (const tool of tools) await writeNonce(placeOf(tool), nonce);
    },
    prepare: (tool) => {
      const cwd = placeOf(tool);
      const own = tool === 'ours' ? formatStep(engine, cwd, folder) : [];
      return { argv: formatCommand(tool, engine), env: [...env, ...own], cwd };
    },
    end: async () => {
      await stopwatch.end();
      await access.close();
      await lab.close();
      await rm(folder, { recursive: true });
    },
  };
}

const tools: readonly ToolName[] = ['ours', 'engine'];

async function makeRepository(place: string): Promise<void> {
  await mkdir(place);
  const go = languages.find(({ name }) => name === 'Go');
  const files = { ...go?.files, Dockerfile: dockerfile, '.dockerignore': '.git\nout\n' };
  for (const [path, text] of Object.entries(files)) await writeFile(join(place, path), text);
  await writeNonce(place, 'first');
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  for (const argv of [
    ['init', '--quiet'],
    ['add', '.'],
    [...author, 'commit', '--quiet', '-m', 'x'],
  ])
    await runCommand(['git', ...argv], { cwd: place });
}

function writeNonce(place: string, nonce: string): Promise<void> {
  return writeFile(join(place, 'nonce.go'), `package main\n\nvar nonce = "${nonce}"\n`);
}

/** What the runner gives to a step. */
function formatStep(engine: EngineName, workspace: string, home: string): readonly string[] {
  return [
    `INPUT_ENGINE=${engine}`,
    'INPUT_DOCKERFILE=Dockerfile',
    'INPUT_LAYOUT=out/image',
    `GITHUB_WORKSPACE=${workspace}`,
    `GITHUB_OUTPUT=${home}/output`,
  ];
}

/**
 * What somebody writes who has only the engine, and wants the same: the image of the commit's time, as an OCI
 * image layout.
 */
function formatCommand(tool: ToolName, engine: EngineName): readonly [string, ...string[]] {
  if (tool === 'ours') return [process.execPath, action];
  const begin = 'set -e; rm -rf out; epoch=$(git log -1 --format=%ct)';
  const build = {
    docker:
      'docker buildx build --build-arg SOURCE_DATE_EPOCH=$epoch --provenance=false --output type=oci,dest=out/image,tar=false,rewrite-timestamp=true,compression=gzip,force-compression=true .',
    podman:
      'podman build --timestamp $epoch --iidfile id .; mkdir out; podman push $(cat id) oci:out/image',
    buildah:
      'buildah build --layers --timestamp $epoch --iidfile id .; mkdir out; buildah push $(cat id) oci:out/image',
  }[engine];
  return ['/bin/sh', '-c', `${begin}; ${build}`];
}
