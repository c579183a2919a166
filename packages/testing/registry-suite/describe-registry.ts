import { afterAll, beforeAll } from '@jest/globals';
import type { RegistryProfile } from '../registry-profiles/index.js';
import { testDetails } from './details.js';
import { SuiteStage } from './suite-stage.js';
import { testTagging } from './tagging.js';
import { testTransfers } from './transfers.js';

/** What every registry has to go through with the client, each behind its own quirks. */
export function describeRegistry(profile: RegistryProfile): void {
  let opened: SuiteStage;
  const stage = (): SuiteStage => opened;

  beforeAll(async () => {
    opened = await SuiteStage.open(profile);
  });

  afterAll(() => opened.close());

  testTransfers(stage, profile.traits);
  if (profile.extent === 'transfers') return;
  testDetails(stage);
  testTagging(stage, profile.traits);
}
