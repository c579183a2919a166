import type { DeploymentPlace, RenderRequest } from '@slipway/flow/deployment';
import type { Inputs } from './inputs.js';

export interface DeployPlan {
  readonly render: RenderRequest;
  readonly place: DeploymentPlace;
}

/** What will be rendered, and where it will be recorded: with the first of the images, where nothing says. */
export function planInputs(inputs: Inputs, workspace: string): DeployPlan {
  const { place, source, images, thirdPartyImages, soakMs, dependsOn } = inputs;
  const { version, commit, smokeTest } = inputs;
  const { service, environment, namespace } = place;
  return {
    render: {
      service,
      environment,
      namespace,
      source,
      images,
      thirdPartyImages,
      soakMs,
      dependsOn,
      workspace,
      ...(version === undefined ? {} : { version }),
      ...(commit === undefined ? {} : { commit }),
      ...(smokeTest === undefined ? {} : { smokeTest }),
    },
    place: { ...place, image: place.image ?? images[0].image.repository },
  };
}
