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

/** Containers come first: the others cannot go while one uses them. */
const kinds: Readonly<Record<EngineName, readonly Kind[]>> = {
  docker: [
    containersOf('docker'),
    named('docker', 'network'),
    named('docker', 'volume'),
    {
      list: listOf('docker', 'image', 'reference=slipway-*', '{{.Repository}}:{{.Tag}}'),
      remove: ['docker', 'image', 'rm', '--force'],
    },
  ],
  podman: [
    containersOf('podman'),
    named('podman', 'network'),
    named('podman', 'volume'),
    {
      list: listOf('podman', 'image', 'reference=localhost/slipway-*', '{{.Repository}}:{{.Tag}}'),
      remove: ['podman', 'manifest', 'rm'],
    },
  ],
  buildah: [
    {
      list: ['buildah', 'containers', '--format', '{{.ContainerName}}'],
      remove: ['buildah', 'rm'],
    },
    {
      list: ['buildah', 'images', '--format', '{{.Name}}:{{.Tag}}'],
      remove: ['buildah', 'manifest', 'rm'],
    },
  ],
};

const builderPattern = /^buildx_buildkit_(?<builder>slipway-.*)0$/;

/**
 * Removes what runs left in an engine that were killed together with all their processes. It is done beside the work,
 * one question after the other, so that it takes little from it, and nothing that fails here is the work’s.
 *
 * @param containers all that there are, where that is known
 */
export async function removeAbandoned(
  engine: EngineName,
  containers: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<void> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  for (const [index, { list, remove }] of kinds[engine].entries()) {
    const known = index === 0 ? containers : undefined;
    const names = (known ?? (await tryList(list, until))).filter((name) => isAbandoned(name));
    for (const name of names) await tryRemoveBuilder(name, until);
    if (names.length > 0) await tryAsk([...remove, ...names], until);
  }
}

/** With its container goes what buildx remembers of it. */
async function tryRemoveBuilder(container: string, signal: AbortSignal): Promise<void> {
  const builder = builderPattern.exec(container)?.groups?.['builder'];
  if (builder !== undefined) await tryAsk(['docker', 'buildx', 'rm', '--force', builder], signal);
}

async function tryList(argv: Argv, signal: AbortSignal): Promise<readonly string[]> {
  return (await tryAsk(argv, signal)).split(/\s+/);
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
