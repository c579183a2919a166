import { SlipwayError, describeError, invalidInput } from '@slipway/core/errors';
import type { Clock } from '../clock/index.js';
import { CommandError, runCommand, startProcess, type RunningProcess } from '../command/index.js';
import type { Logger } from '../log/index.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from './api-client.js';
import { ClusterError } from './cluster-error.js';
import type { Cluster } from './cluster.js';
import { connectCluster } from './connect.js';
import { readKubeconfig, type Kubeconfig } from './kubeconfig.js';
import { describeRefusal, type ApiName } from './refusal.js';

export interface ClusterOptions {
  /** Path of the kubeconfig; unless given, what kubectl uses (`KUBECONFIG`, `~/.kube/config`). */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig; unless given, its current one. */
  readonly context?: string;
  /** Path of kubectl; unless given, the one on the PATH. */
  readonly kubectl?: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Ends the opening, and any waiting for a cluster that does not answer. */
  readonly signal: AbortSignal;
}

const openTimeoutMs = 15_000;

/**
 * Opens the API of a context. `kubectl proxy` does what authentication there is (client certificates, tokens,
 * exec plugins of clouds, proxies) and serves the API on a socket in a folder that only we can enter.
 *
 * @example
 * const cluster = await openCluster({ context: 'production', logger, clock, signal });
 * try { await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' }); } finally { await cluster.close(); }
 * @throws SlipwayError `tool-missing`, `invalid-input`, `cluster-unreachable`, `cluster-denied`
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const argv = kubectlArguments(options);
  const name = chooseContext(await fetchKubeconfig(argv, options), options.context);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-api-')); // made with mode 0700
  const socketPath = join(folder, 'api.sock');
  let end: string | undefined;
  let proxy: RunningProcess | undefined;
  const close = async (): Promise<void> => {
    await proxy?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    proxy = await startProcess([
      ...argv,
      `--context=${name.context}`,
      'proxy',
      `--unix-socket=${socketPath}`,
    ]);
    void proxy.ended.then((sentence) => (end = sentence));
    await waitForProxy(proxy, options);
    const { clock, logger, signal } = options;
    const way = { name, socketPath, clock, logger, signal, readPathFailure: () => end };
    await checkAnswer(way);
    return connectCluster({ ...way, close });
  } catch (error) {
    await close();
    throw error;
  }
}

function kubectlArguments({ kubectl, kubeconfig }: ClusterOptions): [string, ...string[]] {
  const program = kubectl ?? 'kubectl';
  return kubeconfig === undefined ? [program] : [program, `--kubeconfig=${kubeconfig}`];
}

async function fetchKubeconfig(
  argv: readonly [string, ...string[]],
  { signal, kubeconfig }: ClusterOptions,
): Promise<Kubeconfig> {
  try {
    const { stdout } = await runCommand([...argv, 'config', 'view', '--output=json'], {
      signal,
      timeoutMs: openTimeoutMs,
    });
    return readKubeconfig(stdout);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError && error.kind === 'not-found') {
      throw new SlipwayError('tool-missing', 'kubectl is needed to reach the cluster', {
        cause: error,
        fix: 'Install kubectl, or put it on the PATH of the job.',
      });
    }
    throw invalidInput([
      {
        subject: 'kubeconfig',
        given: kubeconfig ?? 'the default kubeconfig',
        expected: `a kubeconfig that kubectl can read (${describeError(error)})`,
      },
    ]);
  }
}

/** The context's name and server; the current context when none is asked for. */
function chooseContext(kubeconfig: Kubeconfig, asked: string | undefined): ApiName {
  const wanted = asked ?? kubeconfig.currentContext;
  const found = kubeconfig.contexts.find(({ context }) => context === wanted);
  if (found !== undefined) return found;
  const names = kubeconfig.contexts.map(({ context }) => context);
  throw invalidInput([
    {
      subject: 'context',
      ...(wanted === undefined ? {} : { given: wanted }),
      expected:
        names.length === 0
          ? 'a context of the kubeconfig, which has none'
          : `one of the contexts of the kubeconfig: ${names.join(', ')}`,
      fix:
        names.length === 0
          ? 'Write a kubeconfig before this step, or set the input kubeconfig to its path.'
          : 'Set the input context to one of them.',
    },
  ]);
}

/** kubectl says on standard output that it serves. */
async function waitForProxy(
  proxy: RunningProcess,
  { clock, signal }: ClusterOptions,
): Promise<void> {
  const opened = proxy.lines[Symbol.asyncIterator]().next();
  const giveUp = new AbortController();
  const late = clock.sleep(openTimeoutMs, AbortSignal.any([signal, giveUp.signal]));
  try {
    const outcome = await Promise.race([opened, proxy.ended, late]);
    if (typeof outcome === 'object' && outcome.done !== true) return;
    const reason = outcome === undefined ? 'it did not start in time' : await proxy.ended;
    throw new ClusterError('cluster-unreachable', `kubectl proxy does not serve: ${reason}`);
  } finally {
    giveUp.abort();
    late.catch(() => undefined);
  }
}

/** One request, so that a cluster that is away is told before anything is planned on it. */
async function checkAnswer(
  way: Omit<Parameters<typeof createApiClient>[0], 'close'>,
): Promise<void> {
  const client = createApiClient(way);
  const operation = { verb: 'get', subject: 'the version of the API' } as const;
  try {
    const response = await client.send({
      method: 'GET',
      path: '/version',
      operation,
      timeoutMs: openTimeoutMs,
    });
    // 403: the version is not for everybody, but somebody is there
    if (response.status >= 400 && response.status !== 403) {
      throw describeRefusal(way.name, operation, response);
    }
  } finally {
    client.close();
  }
}
