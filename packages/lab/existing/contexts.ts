import { runCommand } from '@slipway/io/command';
import { recordAt, recordsAt, textAt } from '@slipway/core/manifest';
import { LabError, PartLeftOutError } from '../errors/index.js';

/** What the lab was told to work with. */
export interface ExistingPlace {
  /** As in `KUBECONFIG`. */
  readonly kubeconfig: string;
  readonly kubectl: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * The context that is a cluster of the lab: the one of its name, or the only one that ends in it, as kind and k3d name
 * theirs. Where there is but one context, it is the cluster `test`.
 *
 * @example chooseContext('test', ['kind-test', 'kind-production']) // 'kind-test'
 */
export function chooseContext(cluster: string, contexts: readonly string[]): string | undefined {
  if (contexts.includes(cluster)) return cluster;
  const named = contexts.filter((context) => context.endsWith(`-${cluster}`));
  if (named.length === 1) return named[0];
  return cluster === 'test' && contexts.length === 1 ? contexts[0] : undefined;
}

/** @throws PartLeftOutError where no context is this cluster, with a command that makes one */
export async function findContext(cluster: string, place: ExistingPlace): Promise<string> {
  const config: unknown = JSON.parse(await view(place, []));
  const contexts = recordsAt(config, 'contexts').flatMap((each) => textAt(each, 'name') ?? []);
  const context = chooseContext(cluster, contexts);
  if (context !== undefined) return context;
  const there = contexts.length === 0 ? 'none' : contexts.join(', ');
  throw new PartLeftOutError(
    `cluster:${cluster}`,
    `of the contexts of LAB_KUBECONFIG (${there}) none is ${cluster}, and not just one ends in -${cluster}; kind create cluster --name ${cluster} makes one`,
  );
}

/** How an API is reached. */
export interface ApiServer {
  readonly server: string;
  /** In PEM; empty for those that the system trusts. */
  readonly authority: string;
  readonly serverName: string;
  readonly isUnverified: boolean;
}

/**
 * A kubeconfig with one context only and everything in it, and how that reaches its API.
 *
 * @throws LabError where it goes through a proxy
 */
export async function readContext(
  context: string,
  place: ExistingPlace,
): Promise<{ readonly text: string; readonly api: ApiServer }> {
  const text = await view(place, ['--minify', `--context=${context}`]);
  const [entry] = recordsAt(JSON.parse(text), 'clusters');
  const cluster = recordAt(entry, 'cluster');
  const server = textAt(cluster, 'server');
  if (server === undefined) throw new LabError(`the context ${context} has no server`);
  if (textAt(cluster, 'proxy-url') !== undefined)
    throw new LabError(`the lab cannot reach ${context} through the proxy that it names`);
  const authority = textAt(cluster, 'certificate-authority-data') ?? '';
  return {
    text,
    api: {
      server,
      authority: Buffer.from(authority, 'base64').toString('utf8'),
      serverName: textAt(cluster, 'tls-server-name') ?? '',
      isUnverified: cluster?.['insecure-skip-tls-verify'] === true,
    },
  };
}

async function view(
  { kubeconfig, kubectl, signal }: ExistingPlace,
  words: readonly string[],
): Promise<string> {
  const whole = ['config', 'view', '--raw', '--flatten', '--output=json', ...words];
  const { stdout } = await runCommand([kubectl, ...whole], {
    env: { KUBECONFIG: kubeconfig },
    ...(signal === undefined ? {} : { signal }),
  });
  return stdout;
}
