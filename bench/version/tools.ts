import type { Question, ToolName } from './cases.js';
import { nameService } from './repositories.js';

/** A command, and where it runs. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env: readonly string[];
  readonly cwd: string;
}

/** Where everything is. */
export interface Places {
  /** The repository, by question. */
  readonly repositories: Readonly<Record<Question, string>>;
  /** A bare clone of each: semantic-release asks its remote. */
  readonly remotes: Readonly<Record<Question, string>>;
  /** Where npm put the peers. */
  readonly peers: string;
  /** The packaged action. */
  readonly action: string;
  readonly node: string;
  /** An empty folder. */
  readonly home: string;
}

const service = nameService(0);

/**
 * What a user runs for the answer; undefined where a tool has none.
 *
 * git is the floor: `git describe` for the last tag, and `git log` of what came after it.
 */
export function findCommand(
  tool: ToolName,
  question: Question,
  places: Places,
): Command | undefined {
  const cwd = places.repositories[question];
  const env = [`PATH=${process.env['PATH'] ?? ''}`, `HOME=${places.home}`, 'GIT_CONFIG_NOSYSTEM=1'];
  if (tool === 'ours') return { ...ourCommand(question, places), cwd };
  if (question === 'all') return undefined;
  const isOne = question === 'one';
  const prefix = isOne ? 'v' : `${service}-v`;
  if (tool === 'git') {
    const path = isOne ? '' : ` -- services/${service}`;
    const script = `tag=$(git describe --tags --abbrev=0 --match '${prefix}*'); git log --first-parent --format='%H%n%P%n%ct%n%B' "$tag..HEAD"${path} > /dev/null`;
    return { argv: ['sh', '-c', script], env, cwd };
  }
  const program = `${places.peers}/node_modules/.bin/${tool}`;
  if (tool === 'conventional-recommended-bump') {
    const scope = isOne ? [] : ['--commit-path', `services/${service}`];
    const argv = quietly(places.node, program, '-p', 'angular', '-t', prefix, ...scope);
    return { argv, env, cwd };
  }
  const options = [
    '--dry-run',
    '--no-ci',
    '--branches',
    'main',
    '-r',
    `file://${places.remotes[question]}`,
  ];
  const rest = ['-t', `${prefix}\${version}`, '-p', '@semantic-release/commit-analyzer'];
  return { argv: quietly(places.node, program, ...options, ...rest), env, cwd };
}

/** What a tool says is not kept: semantic-release prints every message. */
function quietly(...argv: readonly string[]): Command['argv'] {
  return ['sh', '-c', 'exec "$@" > /dev/null', 'sh', ...argv];
}

/** The packaged action, as the runner starts it on a push to main. */
function ourCommand(
  question: Question,
  { repositories, action, node, home }: Places,
): Pick<Command, 'argv' | 'env'> {
  const asked = { one: [], oldest: [`INPUT_SERVICE=${service}`], all: ['INPUT_ALL=true'] }[
    question
  ];
  return {
    argv: [node, action],
    env: [
      `PATH=${process.env['PATH'] ?? ''}`,
      `HOME=${home}`,
      'GIT_CONFIG_NOSYSTEM=1',
      `GITHUB_WORKSPACE=${repositories[question]}`,
      `GITHUB_OUTPUT=${home}/output`,
      'GITHUB_REPOSITORY=shop/orders',
      'GITHUB_SERVER_URL=https://github.com',
      ...asked,
    ],
  };
}
