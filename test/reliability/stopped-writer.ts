// A process that deploys one release after another until it is told that it may write no more:
//   node --import tsx test/reliability/stopped-writer.ts <settings as JSON>
import { SlipwayError } from '@slipway/core/errors';
import { parsePinnedReference, parseRepository } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import { openCluster } from '@slipway/io/cluster';
import { createRegistryClient } from '@slipway/io/registry';
import { createRecordingLogger } from '@slipway/testing/logger';
import type { Release } from './ledger-sequence.js';
import { openRun, perform } from './ledger-service.js';

/** What the process needs to know, as it travels on the command line. */
export interface WriterSettings {
  readonly name: string;
  readonly namespace: string;
  readonly ledger: string;
  readonly image: string;
  readonly folder: string;
  readonly kubeconfig: string;
  readonly context: string;
  readonly kubectl: string;
  readonly registryHost: string;
}

/** Two releases of many objects, so that a deployment is mostly in the middle of its writes. */
export const alternating: readonly Release[] = ['1.0.0', '1.1.0'].map((version) => ({
  version,
  isGood: true,
  hasSoak: false,
  parts: Array.from({ length: 30 }, (_, part) => part),
}));

/** Says what it is, then with which code it came to an end. */
async function main(settings: WriterSettings): Promise<void> {
  const { kubeconfig, context, kubectl, registryHost, ledger, image, ...place } = settings;
  const logger = createRecordingLogger();
  const { signal } = new AbortController();
  const clock = systemClock;
  const cluster = await openCluster({ kubeconfig, context, kubectl, logger, clock, signal });
  const plainHttp = [registryHost];
  const client = await createRegistryClient({ credentials: [], plainHttp, logger, clock, signal });
  const pinned = parsePinnedReference(image);
  const images = new Map(alternating.map(({ version }) => [version, pinned]));
  const service = { ...place, images, ledger: parseRepository(ledger), hasPods: false };
  say(`pid ${process.pid}`);
  try {
    for (let turn = 0; ; turn += 1) {
      const release = alternating[turn % alternating.length];
      if (release === undefined) throw new Error('there are no releases');
      const run = openRun(service, { cluster, client }, clock, 'stopped');
      const deploy = { kind: 'deploy', onFailure: 'rollback', isOverridden: true } as const;
      const outcome = await perform(service, run, { ...deploy, release });
      if (outcome?.failure !== undefined) throw outcome.failure;
      say(`deployed ${release.version}`);
    }
  } catch (error) {
    say(`ended ${error instanceof SlipwayError ? error.code : String(error)}`);
  } finally {
    client.close();
    await cluster.close();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function isSettings(value: unknown): value is WriterSettings {
  return typeof value === 'object' && value !== null && 'namespace' in value && 'ledger' in value;
}

const settings: unknown = JSON.parse(process.argv[2] ?? 'null');
if (isSettings(settings)) await main(settings);
