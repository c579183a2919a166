import type { PinnedReference } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import { createRegistryClient } from '@slipway/io/registry';
import type { Lived } from '@slipway/testing/mortal';
import { createRecordingLogger } from '@slipway/testing/logger';
import {
  openProfile,
  realRegistries,
  simulatedRegistries,
  type OpenProfile,
} from '@slipway/testing/registry-profiles';
import { openStage } from '@slipway/testing/stage';
import { makeSequence, releaseVersions, type Sequence } from './ledger-sequence.js';
import { ledgerOf } from './ledger-service.js';
import { Trial, type TrialResult } from './ledger-trial.js';

/** With the referrers API and without, and one where a tag that is there is never written again. */
const registryNames = ['cuelabs', 'distribution-3', 'immutable tags'] as const;

/** A cluster and registries, in which many services are played with. */
export interface LedgerStage {
  play(sequence: Sequence): Promise<TrialResult>;
  makeSequence(seed: number): Sequence;
  close(): Promise<void>;
}

export async function openLedgerStage(): Promise<LedgerStage> {
  const stage = await openStage('ledger-model');
  const images = new Map<string, PinnedReference>();
  for (const version of releaseVersions) {
    images.set(version, await stage.push({ version, behaviour: 'serve' }));
  }
  await stage.cluster.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: stage.namespace },
  });
  const profiles = new Map<string, OpenProfile>();
  for (const profile of [...realRegistries, ...simulatedRegistries]) {
    const isWanted = registryNames.some((name) => name === profile.name);
    if (isWanted) profiles.set(profile.name, await openProfile(profile));
  }
  const client = await createRegistryClient({
    credentials: [],
    plainHttp: [stage.registryHost],
    logger: createRecordingLogger(),
    clock: systemClock,
    dockerConfig: '/nonexistent',
  });
  const real: Lived = { cluster: stage.cluster, client };
  return {
    makeSequence: (seed) => makeSequence(seed, registryNames),
    play: (sequence) => {
      const { seed, registry, hasPods } = sequence;
      const name = `m${seed}`;
      const host = profiles.get(registry)?.host ?? '';
      const { namespace, folder } = stage;
      const ledger = ledgerOf(host, name);
      return new Trial({ name, namespace, ledger, images, hasPods, folder }, real).play(sequence);
    },
    close: async () => {
      for (const profile of profiles.values()) await profile.close();
      client.close();
      await stage.close();
    },
  };
}
