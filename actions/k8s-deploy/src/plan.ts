import type { Repository } from '@slipway/core/image-ref';
import type { RenderRequest } from '@slipway/flow/deployment';
import { resolveLedgerRepository } from '@slipway/flow/ledger';
import type { Inputs } from './inputs.js';

export interface DeployPlan {
  readonly render: RenderRequest;
  /** Where the record is. */
  readonly ledger: Repository;
}

/** What will be rendered, and where it will be recorded. */
export function planInputs(inputs: Inputs, workspace: string): DeployPlan {
  const { service, environment, namespace, source, images, thirdPartyImages, soakMs } = inputs;
  const { version, commit, smokeTest } = inputs;
  return {
    render: {
      service,
      environment,
      namespace,
      source,
      images,
      thirdPartyImages,
      soakMs,
      workspace,
      ...(version === undefined ? {} : { version }),
      ...(commit === undefined ? {} : { commit }),
      ...(smokeTest === undefined ? {} : { smokeTest }),
    },
    ledger: resolveLedgerRepository(
      inputs.ledger,
      service,
      inputs.image ?? images[0].image.repository,
    ),
  };
}
