import type { EngineName } from './abilities.js';
import { runQuietly } from './docker.js';
import { isAbandoned } from './owner.js';

type Argv = readonly [string, ...string[]];

/** A kind of thing that a dead run may have left in an engine. */
interface Kind {
  /** Writes a name on each line. */
  readonly list: Argv;
  /** Removes those whose names follow. */
  readonly remove: Argv;
}

const limitMs = 30_000;

/** Containers first: the others cannot go while one uses them. */
const first: Readonly<Record<EngineName, readonly Kind[]>> = {
  docker: [containersOf('docker')],
  podman: [containersOf('podman')],
  buildah: [
    {
      list: ['buildah', 'containers', '--format', '{{.ContainerName}}'],
      remove: ['buildah', 'rm'],
    },
  ],
};

const then: Readonly<Record<EngineName, readonly Kind[]>> = {
  docker: [
    named('docker', 'network'),
    named('docker', 'volume'),
    {
      list: listOf('docker', 'image', 'reference=slipway-*', '{{.Repository}}:{{.Tag}}'),
      remove: ['docker', 'image', 'rm', '--force'],
    },
  ],
  podman: [
    named('podman', 'network'),
    named('podman', 'volume'),
    {
      list: listOf('podman', 'image', 'reference=localhost/slipway-*', '{{.Repository}}:{{.Tag}}'),
      remove: ['podman', 'manifest', 'rm'],
    },
  ],
  buildah: [
    {
      list: ['buildah', 'images', '--format', '{{.Name}}:{{.Tag}}'],
      remove: ['buildah', 'manifest', 'rm'],
    },
  ],
};

const builderPattern = /^buildx_buildkit_(?<builder>slipway-.*)0$/;

/**
 * Removes what runs left in an engine that were killed together with all their processes. It is done beside the work:
 * nothing that fails here is the work’s.
 */
export async function removeAbandoned(engine: EngineName, signal: AbortSignal): Promise<void> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const [containers, others] = await Promise.all([
    Promise.all(first[engine].map((kind) => findAbandoned(kind, until))),
    Promise.all(then[engine].map((kind) => findAbandoned(kind, until))),
  ]);
  for (const name of containers.flatMap(({ names }) => names)) {
    const builder = builderPattern.exec(name)?.groups?.['builder'];
    if (builder !== undefined) await tryAsk(['docker', 'buildx', 'rm', '--force', builder], until);
  }
  for (const kind of [...containers, ...others]) await removeAll(kind, until);
}

type Found = Kind & { readonly names: readonly string[] };

async function findAbandoned(kind: Kind, signal: AbortSignal): Promise<Found> {
  const names = (await tryAsk(kind.list, signal)).split(/\s+/).filter((name) => isAbandoned(name));
  return { ...kind, names };
}

async function removeAll({ remove, names }: Found, signal: AbortSignal): Promise<void> {
  if (names.length > 0) await tryAsk([...remove, ...names], signal);
}

/** What it says; nothing when it fails. */
async function tryAsk(argv: Argv, signal: AbortSignal): Promise<string> {
  const asked = runQuietly(argv, { signal }).catch(() => ({ stdout: '' }));
  return (await asked).stdout;
}

function containersOf(program: 'docker' | 'podman'): Kind {
  return {
    list: [...listOf(program, 'container', 'name=slipway-', '{{.Names}}'), '--all'],
    remove: [program, 'container', 'rm', '--force', '--volumes'],
  };
}

function named(program: 'docker' | 'podman', kind: 'network' | 'volume'): Kind {
  return {
    list: listOf(program, kind, 'name=slipway-', '{{.Name}}'),
    remove: [program, kind, 'rm'],
  };
}

function listOf(program: string, kind: string, filter: string, format: string): Argv {
  return [program, kind, 'ls', '--filter', filter, '--format', format];
}
