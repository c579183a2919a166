import { SlipwayError } from '@slipway/core/errors';
import { CommandError } from '../command/index.js';
import { askProgram } from './docker.js';

/** What starts the containers of a Compose file. */
export type ComposeEngine = 'docker' | 'podman';

/** Compose, version 2 or newer. */
export interface ComposeProgram {
  readonly engine: ComposeEngine;
  /** `docker compose`, or the program by itself; before them where its engine listens. */
  readonly words: readonly [string, ...string[]];
}

/** The names under which it is installed, and from where it speaks to podman. */
const candidates = {
  docker: [['docker', 'compose']],
  podman: [['docker-compose'], ['docker', 'compose']],
} as const satisfies Record<ComposeEngine, readonly ComposeProgram['words'][]>;

const missing = {
  docker: {
    sentence: 'there is docker, but not its plug-in compose',
    fix: 'Install docker-compose-plugin (version 2), or leave the input compose-file out.',
  },
  podman: {
    sentence: 'there is podman, but no Compose of version 2 that can speak to it',
    fix: 'Install docker-compose (version 2 or newer, the program or docker’s plug-in), or leave the input compose-file out; podman-compose is another program, which does not wait for services to be healthy.',
  },
} as const;

/**
 * Finds Compose for an engine.
 *
 * @throws SlipwayError `engine-missing` when it is not installed, or older than version 2
 */
export async function findComposeProgram(
  engine: ComposeEngine,
  signal: AbortSignal,
): Promise<ComposeProgram> {
  for (const words of candidates[engine]) {
    if (isComposeVersion(await tryReadVersion(words, signal))) return { engine, words };
  }
  const { sentence, fix } = missing[engine];
  throw new SlipwayError('engine-missing', sentence, { fix });
}

/**
 * Whether this is a version of Compose that knows what a healthy service is.
 *
 * @example isComposeVersion('v2.38.2') // true
 * @example isComposeVersion('1.29.2') // false
 */
export function isComposeVersion(text: string): boolean {
  return Number(/^v?(?<major>\d+)\.\d+/.exec(text.trim())?.groups?.['major'] ?? 0) >= 2;
}

async function tryReadVersion(
  words: ComposeProgram['words'],
  signal: AbortSignal,
): Promise<string> {
  try {
    const { exitCode, stdout } = await askProgram([...words, 'version', '--short'], signal);
    return exitCode === 0 ? stdout : '';
  } catch (error) {
    if (error instanceof CommandError && error.kind === 'not-found') return '';
    throw error;
  }
}
