import { SlipwayError } from '@slipway/core/errors';
import type { KubernetesObject } from '@slipway/core/manifest';
import {
  buildSuiteJob,
  chooseSuiteJob,
  type GateSubject,
  type RunRequest,
  type VerifyRequest,
} from '@slipway/flow/gate';
import { assertOwnImage } from '@slipway/flow/ledger';
import type { Inputs } from './inputs.js';

/** How people call the suite in evidence: its file, or its image. */
function nameSuite({ suite }: Pick<Inputs, 'suite'>): string {
  return suite?.kind === 'manifest' ? suite.file : (suite?.image ?? '');
}

function planSubject({ place, system, candidate, neighbours }: Inputs): GateSubject {
  assertOwnImage(place, candidate, 'candidate');
  return { place, system, candidate, neighbours };
}

/**
 * What is run.
 *
 * @param objects of the manifest, where the suite is one
 * @throws SlipwayError `invalid-input` when the manifest is not that of one Job
 */
export function planRun(inputs: Inputs, objects: readonly KubernetesObject[]): RunRequest {
  const { suite, suiteImages, timeoutMs, isDryRun } = inputs;
  if (suite === undefined) throw new SlipwayError('internal', 'there is no suite to run');
  const job =
    suite.kind === 'manifest'
      ? chooseSuiteJob(objects, suite.file)
      : buildSuiteJob(suite.image, suite.lines);
  return {
    ...planSubject(inputs),
    namespace: inputs.place.namespace,
    suiteName: nameSuite(inputs),
    job,
    suiteImages,
    timeoutMs,
    isDryRun,
  };
}

/** What is asked of the registry. */
export function planVerify(inputs: Inputs): VerifyRequest {
  const { neighbourDrift, maxAgeMs } = inputs;
  return {
    ...planSubject(inputs),
    neighbourDrift,
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  };
}
