import {
  formatIdentity,
  identify,
  readFieldManagers,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import { liveAttempt, type LedgerState } from '@slipway/core/release';
import { pushBundle, type Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { describeFormer, type Former } from './former-bundle.js';
import { readLiveService } from './live-service.js';
import { primaryImage } from './own-bundle.js';
import type { Session } from './session.js';
import { findUnchangedSince } from './unchanged-since.js';

/** What runs already when the first deployment comes, and what becomes of it. */
export interface Adoption extends Former {
  /** Who deployed it: their fields are taken over. */
  readonly deployers: ReadonlySet<string>;
  /** Live objects that get a new owner of their fields. */
  readonly objects: readonly ObjectIdentity[];
  /** Since when they are as they are. */
  readonly since?: string;
}

/**
 * Whether a service already runs that Slipway did not deploy, and what it is: read from the cluster, nothing
 * is written. Once a deployment of Slipway’s became available there is nothing to adopt any more.
 *
 * @throws ClusterError when the live objects may not be read
 */
export async function findAdoption(
  context: DeploymentContext,
  state: LedgerState,
  bundle: Bundle,
  signal: AbortSignal,
): Promise<Adoption | undefined> {
  if (!isBeforeOwn(state)) return undefined;
  const live = await readLiveService(context.cluster, bundle.objects.map(identify), signal);
  const { deployers } = live;
  const objects = live.objects.filter((object) =>
    readFieldManagers(object).some(({ name }) => deployers.has(name)),
  );
  if (objects.length === 0) return undefined;
  const since = findUnchangedSince(objects);
  const found = {
    deployers,
    objects: objects.map(identify),
    notes: [],
    ...(since === undefined ? {} : { since }),
  };
  if (liveAttempt(state) !== undefined) return found; // adopted by a run that did not get further
  return { ...found, ...(await describeFormer(context, bundle, { ...live, objects })) };
}

/** Nothing that Slipway deployed has ever become available. */
export function isBeforeOwn(state: LedgerState): boolean {
  const live = liveAttempt(state);
  return live === undefined || live.adoptedAt !== undefined;
}

/** Tells on one screen what is adopted, from whom, and what there is to return to. */
export function tellAdoption(
  { logger }: Pick<DeploymentContext, 'logger'>,
  { deployers, objects, bundle, obstacle, notes }: Adoption,
  { isDryRun }: { readonly isDryRun: boolean },
): void {
  const what =
    bundle === undefined ? 'what runs here' : `${bundle.config.version}, which runs here,`;
  const adopted = isDryRun ? 'it would be adopted' : 'it is adopted';
  logger.info(`${what} was deployed with ${[...deployers].join(', ')}: ${adopted}`);
  for (const identity of objects) logger.info(`  ${formatIdentity(identity)}`);
  for (const { reference } of bundle?.config.images ?? []) logger.info(`  runs ${reference}`);
  if (obstacle !== undefined) logger.warning(`there will be nothing to return to: ${obstacle}`);
  for (const note of notes) logger.info(note);
}

/** Records what ran here before as an `adopted` event, its bundle in the registry first. */
export async function recordAdoption(
  { client, ledger }: Pick<DeploymentContext, 'client' | 'ledger'>,
  session: Session,
  { bundle, deployers, since }: Adoption,
): Promise<void> {
  if (bundle === undefined) return;
  await pushBundle(client, ledger.repository, bundle);
  await session.record({
    kind: 'adopted',
    deployment: session.nextDeployment(),
    intent: 'deploy',
    bundle: bundle.digest,
    image: primaryImage(bundle),
    version: bundle.config.version,
    ...(since === undefined ? {} : { since }),
    reason: `it ran here before Slipway, deployed with ${[...deployers].join(', ')}`,
  });
}
