import { recordsAt, textAt, type KubernetesObject } from '@slipway/core/manifest';
import { checkChain, findAttempt, type ChainLink, type LedgerState } from '@slipway/core/release';
import { pullOwnBundle, verifyRecord, type DeploymentContext } from '@slipway/flow/deployment';
import { readChain } from '@slipway/flow/ledger';
import type { Acknowledgement, Life } from '@slipway/testing/mortal';
import type { ModelService } from './ledger-service.js';

/**
 * What is wrong with a record, with what wrote it, and with what runs; nothing when all is as it must be.
 *
 * @param context of somebody to whom nothing happens
 */
export async function findProblems(
  service: ModelService,
  context: DeploymentContext,
  lives: readonly Life[],
  acknowledged: readonly Acknowledgement[],
): Promise<readonly string[]> {
  const { client, ledger } = context;
  const links = await readChain(client, ledger.repository, ledger.environment);
  const verdict = checkChain(ledger.environment, links);
  const chain = verdict.isWhole ? [] : [`the chain breaks at ${verdict.tag}: ${verdict.sentence}`];
  const record = await verifyRecord(context);
  const state = links.at(-1)?.event.state;
  return [
    ...chain,
    ...record.problems,
    ...lives.flatMap(listOffences),
    ...findLost(links, acknowledged),
    ...findShared(acknowledged),
    ...(state === undefined
      ? ['nothing was recorded']
      : await findDifferences(service, context, state)),
  ];
}

function listOffences({ name, writes }: Life): readonly string[] {
  return writes.flatMap(({ request, offence }) =>
    offence === undefined ? [] : [`${name}: ${request}, although ${offence}`],
  );
}

/** Every position that the Lease took is in the chain, in its order, written by who held the Lease then. */
function findLost(
  links: readonly ChainLink[],
  acknowledged: readonly Acknowledgement[],
): readonly string[] {
  let last = 0;
  return acknowledged.flatMap(({ position, transitions }) => {
    const { sequence: text, digest } =
      /\.(?<sequence>\d+)@(?<digest>.+)$/.exec(position)?.groups ?? {};
    const sequence = Number(text);
    const link = links[sequence - 1];
    const [before, by] = [last, link?.event.lease.transitions];
    last = sequence;
    if (link?.digest !== digest) return [`${position} was acknowledged, and is not in the chain`];
    if (by !== transitions)
      return [`${position} is of holder ${by}, acknowledged by ${transitions}`];
    return sequence > before ? [] : [`${position} was acknowledged after ${before}`];
  });
}

/** The count in the Lease tells two holders apart. */
function findShared(acknowledged: readonly Acknowledgement[]): readonly string[] {
  const holders = new Map<number, string>();
  return acknowledged.flatMap(({ transitions, holder }) => {
    const known = holders.get(transitions) ?? holder;
    holders.set(transitions, known);
    return known === holder ? [] : [`${known} and ${holder} both held the Lease as ${transitions}`];
  });
}

/**
 * What of the live bundle is not in the cluster as it says, and what of others still is.
 *
 * @param state what the ledger says
 */
export async function findDifferences(
  service: ModelService,
  context: DeploymentContext,
  state: LedgerState,
): Promise<readonly string[]> {
  const live = findAttempt(state, state.live);
  if (live === undefined) return [];
  const bundle = await pullOwnBundle(context, live.bundle);
  const { namespace, name } = service;
  const options = { namespace, labelSelector: `app=${name}` };
  const kinds = [
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { apiVersion: 'apps/v1', kind: 'Deployment' },
  ];
  const lists = await Promise.all(kinds.map((kind) => context.cluster.list(kind, options)));
  const runs = lists.flatMap(({ items }) => items).map((object) => describe(object));
  const should = bundle.objects.map((object) => describe(object));
  const missing = should.filter((line) => !runs.includes(line));
  const left = runs.filter((line) => !should.includes(line));
  return [
    ...missing.map((line) => `${live.version} is live, and this does not run: ${line}`),
    ...left.map((line) => `${live.version} is live, and this runs: ${line}`),
  ];
}

/** @example describe(object) // 'ConfigMap m7-base of 1.2.0' */
function describe(object: KubernetesObject): string {
  const [container] = recordsAt(object, 'spec', 'template', 'spec', 'containers');
  const [variable] = recordsAt(container, 'env');
  const version = textAt(object, 'data', 'version') ?? textAt(variable, 'value') ?? 'no version';
  return `${object.kind} ${object.metadata.name} of ${version}`;
}
