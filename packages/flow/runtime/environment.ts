import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The environment variables of this process: read here and nowhere else. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Who runs this, for the lock and the ledger: the workflow run on GitHub, or a person's laptop. */
export interface RunIdentity {
  /** `owner/name`, or `laptop:<user>@<host>` outside of GitHub. */
  readonly repository: string;
  readonly runId: string;
  readonly attempt: number;
  readonly url: string;
  readonly actor: string;
}

/** What GitHub says was checked out; nothing of it on a laptop. */
export interface CheckoutFacts {
  /** `refs/heads/main`, `refs/pull/7/merge`, `refs/tags/v1.4.0` */
  readonly ref?: string;
  /** The commit that the ref named when the run was started. */
  readonly commit?: string;
  /** The branch that a pull request would go to. */
  readonly target?: string;
  /** Whether the run is started again: the branch may have gone on since. */
  readonly isAgain?: boolean;
  /** `shop/orders` */
  readonly repository?: string;
  /** Where the repository can be read: `https://github.com/shop/orders`. */
  readonly webUrl?: string;
}

export function readEnvironment(): Environment {
  return process.env;
}

const stepFileVariables = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];

/**
 * The files through which a step speaks to the runner, by variable.
 *
 * @param isFile whether there is such a file
 * @example readStepFiles({ GITHUB_OUTPUT: '/tmp/output' }, existsSync) // Map { 'GITHUB_OUTPUT' => '/tmp/output' }
 */
export function readStepFiles(
  environment: Environment,
  isFile: (path: string) => boolean,
): ReadonlyMap<string, string> {
  const named = stepFileVariables.map((name): [string, string] => [name, environment[name] ?? '']);
  return new Map(named.filter(([, path]) => path !== '' && isFile(path)));
}

const laptopPrefix = 'laptop:';

/** Whether this is no workflow of a repository. */
export function isLaptop({ repository }: RunIdentity): boolean {
  return repository.startsWith(laptopPrefix);
}

/** A process, and the machine that it runs on. */
export interface ProcessPlace {
  readonly processId: number;
  /** As the operating system knows it: `HOSTNAME` is a variable of some shells only. */
  readonly host: string;
}

const userVariables = ['GITHUB_ACTOR', 'USER', 'LOGNAME', 'USERNAME'];

/** @example readRunIdentity({ GITHUB_REPOSITORY: 'shop/orders', GITHUB_RUN_ID: '7', … }, place) */
export function readRunIdentity(
  environment: Environment,
  { processId, host }: ProcessPlace,
): RunIdentity {
  const repository = environment['GITHUB_REPOSITORY'];
  const actor = userVariables
    .map((name) => readVariable(environment, name))
    .find((name) => name !== undefined);
  if (repository === undefined || repository === '') {
    return {
      repository: `${laptopPrefix}${actor ?? 'unknown'}@${host}`,
      runId: `${processId}`,
      attempt: 1,
      url: '',
      actor: actor ?? 'unknown',
    };
  }
  const runId = environment['GITHUB_RUN_ID'] ?? '0';
  const server = environment['GITHUB_SERVER_URL'] ?? 'https://github.com';
  return {
    repository,
    runId,
    attempt: Number(environment['GITHUB_RUN_ATTEMPT'] ?? '1'),
    url: `${server}/${repository}/actions/runs/${runId}`,
    actor: actor ?? 'unknown',
  };
}

/** @example readCheckoutFacts({ GITHUB_REF: 'refs/heads/main', … }) // { ref: 'refs/heads/main', … } */
export function readCheckoutFacts(environment: Environment): CheckoutFacts {
  const textOf = (name: string): string | undefined => readVariable(environment, name);
  const ref = textOf('GITHUB_REF');
  const commit = textOf('GITHUB_SHA');
  const target = textOf('GITHUB_BASE_REF');
  const repository = textOf('GITHUB_REPOSITORY');
  const server = textOf('GITHUB_SERVER_URL') ?? 'https://github.com';
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(commit === undefined ? {} : { commit }),
    ...(target === undefined ? {} : { target }),
    ...(Number(textOf('GITHUB_RUN_ATTEMPT') ?? '1') > 1 ? { isAgain: true } : {}),
    ...(repository === undefined ? {} : { repository, webUrl: `${server}/${repository}` }),
  };
}

/**
 * Where podman, buildah and skopeo keep credentials (containers-auth.json(5)), in the order to ask in.
 *
 * @example listAuthFiles({ REGISTRY_AUTH_FILE: '/run/auth.json' }) // ['/run/auth.json']
 * @example listAuthFiles({ HOME: '/home/ci' }) // ['/home/ci/.config/containers/auth.json']
 */
export function listAuthFiles(environment: Environment): readonly string[] {
  const textOf = (name: string): string | undefined => readVariable(environment, name);
  const named = textOf('REGISTRY_AUTH_FILE');
  if (named !== undefined) return [named];
  const home = textOf('HOME');
  const config = textOf('XDG_CONFIG_HOME') ?? (home === undefined ? undefined : `${home}/.config`);
  return [textOf('XDG_RUNTIME_DIR'), config]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'containers', 'auth.json'));
}

/**
 * Where programs are kept from one run to the next: the runner’s own place, else that of the user.
 *
 * @example findToolCache({ RUNNER_TOOL_CACHE: '/opt/hostedtoolcache' }) // '/opt/hostedtoolcache'
 * @example findToolCache({ HOME: '/home/ci' }) // '/home/ci/.cache'
 */
export function findToolCache(environment: Environment): string {
  const textOf = (name: string): string | undefined => readVariable(environment, name);
  const home = textOf('HOME');
  const ownCache = home === undefined ? tmpdir() : join(home, '.cache');
  return textOf('RUNNER_TOOL_CACHE') ?? textOf('XDG_CACHE_HOME') ?? ownCache;
}

const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];

/**
 * The variables that name proxies, in capitals and in small letters; undefined when none is set.
 *
 * @example readProxyVariables({ HTTPS_PROXY: 'http://proxy:3128', HOME: '/' }) // { HTTPS_PROXY: 'http://proxy:3128' }
 */
export function readProxyVariables(
  environment: Environment,
): Readonly<Record<string, string>> | undefined {
  const names = proxyVariables.flatMap((name) => [name, name.toLowerCase()]);
  const found = names.flatMap((name): [string, string][] => {
    const value = readVariable(environment, name);
    return value === undefined ? [] : [[name, value]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/**
 * The password in the address of a proxy, as it is written there and as it is meant; nothing where there is none.
 *
 * @example listProxyPasswords('http://ci:p%40ss@proxy:3128') // ['p%40ss', 'p@ss']
 */
export function listProxyPasswords(address: string): readonly string[] {
  const pattern = /^(?:[a-z]+:\/\/)?[^/@:]*:(?<password>[^/@]+)@/i;
  const password = pattern.exec(address)?.groups?.['password'];
  if (password === undefined) return [];
  try {
    return [...new Set([password, decodeURIComponent(password)])];
  } catch {
    return [password]; // a “%” that stands for nothing: what reads the address refuses it
  }
}

/** The value of a variable; one that is empty is not set. */
export function readVariable(environment: Environment, name: string): string | undefined {
  return environment[name] === '' ? undefined : environment[name];
}
