import { systemClock, type Clock } from '@slipway/io/clock';
import { SlipwayError } from '@slipway/core/errors';
import { Secret } from '@slipway/core/secret';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import { openGitHub, type GitHub } from '@slipway/io/github';
import type { Logger } from '@slipway/io/log';
import {
  createRegistryClient,
  type RegistryClient,
  type RegistryOptions,
} from '@slipway/io/registry';
import { describePlatform, openTools, type Tools } from '@slipway/io/tools';
import type { ClusterInputs } from './common-inputs.js';
import {
  listAuthFiles,
  listProxyPasswords,
  findToolCache,
  readProxyVariables,
  readVariable,
  type CheckoutFacts,
  type RunIdentity,
} from './environment.js';

/** The collaborators of a running action; what it opens here is closed when it ends. */
export interface Runtime {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Aborted when the run is cancelled or out of time; its reason is a SlipwayError. */
  readonly signal: AbortSignal;
  readonly run: RunIdentity;
  readonly checkout: CheckoutFacts;
  /** The folder that relative paths are relative to. */
  readonly workspace: string;
  /** A folder for files of this job: `diff`, saved evidence. */
  readonly temporaryFolder: string;
  /** The files through which a step speaks to the runner, by variable (`GITHUB_OUTPUT`, …): those that there are. */
  readonly stepFiles: ReadonlyMap<string, string>;
  /** From here on the text appears as `***` in log, outputs and summary. */
  mask(secret: string): void;
  /** A text as the log would show it, for files that people read. */
  redact(text: string): string;
  /** The value of a variable of the environment that the user named, masked from here on; undefined when it is not set. */
  readSecretVariable(name: string): Secret | undefined;
  /** Remembered for the post step of this action. */
  saveState(name: string, value: string): void;
  /** `outlivesSignal`: what must still be written after a cancellation is written through it. */
  openRegistry(inputs: RegistryOptions, options?: OpenOptions): Promise<RegistryClient>;
  /** @param mirror in place of the vendors of what is fetched, with the same paths */
  openTools(mirror: string | undefined): Tools;
  openCluster(inputs: ClusterInputs, options?: OpenOptions): Promise<Cluster>;
  /**
   * The API of the repository that this workflow runs in.
   *
   * @throws SlipwayError `github-refused` without a token, or outside of a workflow
   */
  openGitHub(token: Secret | undefined): GitHub;
}

export interface OpenOptions {
  readonly outlivesSignal: boolean;
}

export interface RuntimeOptions extends Pick<
  Runtime,
  | 'logger'
  | 'signal'
  | 'run'
  | 'checkout'
  | 'workspace'
  | 'temporaryFolder'
  | 'stepFiles'
  | 'mask'
  | 'redact'
  | 'saveState'
> {
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Each program is looked for once in a run. */
function rememberTools(open: (mirror: string | undefined) => Tools): Runtime['openTools'] {
  const opened = new Map<string | undefined, Tools>();
  return (mirror) => {
    const tools = opened.get(mirror) ?? open(mirror);
    opened.set(mirror, tools);
    return tools;
  };
}

/** @returns the runtime, and what closes all that was opened through it */
export function createRuntime(options: RuntimeOptions): {
  readonly runtime: Runtime;
  readonly close: () => Promise<void>;
} {
  const { logger } = options;
  const clock = systemClock;
  const clusters: Cluster[] = [];
  const dockerConfig = readVariable(options.environment, 'DOCKER_CONFIG');
  const proxy = readProxyVariables(options.environment);
  for (const password of Object.values(proxy ?? {}).flatMap(listProxyPasswords)) {
    options.mask(password);
  }
  const never = new AbortController().signal;
  const signalFor = (open?: OpenOptions): AbortSignal =>
    open?.outlivesSignal === true ? never : options.signal;
  const { environment, signal: interrupted } = options;
  const findTools = rememberTools((mirror) =>
    openTools({
      cacheFolder: findToolCache(environment),
      platform: describePlatform(),
      ...(mirror === undefined ? {} : { mirror }),
      ...{ logger, clock, signal: interrupted },
    }),
  );
  const runtime: Runtime = {
    ...options,
    readSecretVariable: (name) => {
      const value = options.environment[name];
      if (value === undefined) return undefined;
      options.mask(value);
      return Secret.of(value);
    },
    openGitHub: (token) => {
      const repository = options.environment['GITHUB_REPOSITORY'];
      const apiUrl = options.environment['GITHUB_API_URL'] ?? 'https://api.github.com';
      if (token !== undefined && repository !== undefined && repository !== '') {
        options.mask(token.reveal());
        return openGitHub({ token, apiUrl, repository, logger });
      }
      throw new SlipwayError(
        'github-refused',
        token === undefined
          ? 'there is no token for GitHub'
          : 'this is no workflow of a repository',
        { fix: 'Run it in a workflow, and set the input github-token.' },
      );
    },
    clock,
    openRegistry: (inputs, open) => {
      for (const { password } of inputs.credentials) options.mask(password.reveal());
      return createRegistryClient({
        ...inputs,
        logger,
        clock,
        signal: signalFor(open),
        ...(dockerConfig === undefined ? {} : { dockerConfig }),
        authFiles: listAuthFiles(options.environment),
        ...(proxy === undefined ? {} : { proxy }),
      });
    },
    openTools: findTools,
    openCluster: async (inputs, open) => {
      const { toolMirror, ...place } = inputs;
      const kubectl = await findTools(toolMirror).locate('kubectl');
      const signal = signalFor(open);
      const cluster = await openCluster({ ...place, kubectl, logger, clock, signal });
      clusters.push(cluster);
      return cluster;
    },
  };
  return {
    runtime,
    close: async () => {
      await Promise.all(clusters.map((cluster) => cluster.close()));
    },
  };
}
