import type { PolicySettings } from '@slipway/core/config';
import { invalidInput } from '@slipway/core/errors';
import { formatRepository } from '@slipway/core/image-ref';
import type { PromotionPlan } from '@slipway/core/policy';
import { describeRun, type PromotionRequest } from '@slipway/flow/promotion';
import { assertOwnImage, resolveLedgerRepository, type RecordPlace } from '@slipway/flow/ledger';
import type { Runtime } from '@slipway/flow/runtime';
import type { Inputs, PlanInputs } from './inputs.js';

/**
 * What is asked for: where it goes, and what is rendered.
 *
 * @throws SlipwayError `invalid-input` without a production repository
 */
export function planRequest(
  { place, namespace }: Inputs,
  work: PlanInputs,
  policy: PolicySettings | undefined,
  { workspace, run }: Pick<Runtime, 'workspace' | 'run'>,
): PromotionRequest {
  const { candidate, imageName, version, source, imagePaths, thirdPartyImages } = work;
  const { smokeTest, dependsOn } = work;
  assertOwnImage(place, candidate, 'candidate');
  return {
    place,
    namespace,
    productionImage: productionImageOf(place),
    candidate,
    ...(imageName === undefined ? {} : { imageName }),
    ...(version === undefined ? {} : { version }),
    ...(policy === undefined ? {} : { policy }),
    source,
    imagePaths,
    thirdPartyImages,
    ...(smokeTest === undefined ? {} : { smokeTest }),
    dependsOn,
    workspace,
    run: describeRun(run),
  };
}

function productionImageOf(place: RecordPlace): PromotionRequest['productionImage'] {
  if (place.productionImage !== undefined) return place.productionImage;
  throw invalidInput([
    {
      subject: 'production-image',
      expected: `the repository that ${place.service} is promoted to`,
      fix: 'Set production-image for the service in the configuration, or the input production-image.',
    },
  ]);
}

/**
 * A plan of another service, or for another place than the configuration says, is not carried out here.
 *
 * @throws SlipwayError `invalid-input` with everything that differs
 */
export function assertOwnPlan(plan: PromotionPlan, place: RecordPlace): void {
  const expected = {
    service: place.service,
    environment: place.environment,
    productionImage: formatRepository(productionImageOf(place)),
    ledger: formatRepository(resolveLedgerRepository(place)),
  };
  const problems = Object.entries(expected).flatMap(([name, value]) => {
    const given = new Map<string, unknown>(Object.entries(plan)).get(name);
    if (given === value) return [];
    return [
      {
        subject: 'plan',
        given: `${name}: ${String(given)}`,
        expected: `${name}: ${value}, as the inputs and the configuration say`,
        fix: 'Apply the plan with the same service, environment and configuration that it was made with.',
      },
    ];
  });
  if (problems.length > 0) throw invalidInput(problems);
}
