import { dirname, join, resolve } from 'node:path';
import type {
  BuildPlan,
  CommandPlan,
  ComposePlan,
  ImagePlan,
  SourcePlan,
} from '@slipway/flow/container-build';
import type { BuildSecret } from '@slipway/io/engine';
import { parseReportGlob } from '@slipway/flow/test-report';
import type { ComposeInputs, Inputs } from './inputs.js';

export interface Plan extends BuildPlan {
  /** The plan in one sentence, for the log. */
  readonly sentence: string;
}

/** Where a build takes place. */
export interface BuildPlace {
  readonly workspace: string;
  readonly temporaryFolder: string;
  /** A name that nobody else has. */
  readonly projectName: string;
}

const defaultReports = [parseReportGlob('reports/*.xml')];

/** Decides nothing that a file or the engine must be asked for. */
export function planBuild(inputs: Inputs, place: BuildPlace): Plan {
  const { workspace, temporaryFolder } = place;
  const { command, compose, image, junit, container } = inputs;
  const testTarget = image?.testTarget;
  return {
    ...(command === undefined ? {} : { command: planCommand(inputs, command, workspace) }),
    ...(compose === undefined ? {} : { compose: planCompose(inputs, compose, place) }),
    ...(image === undefined ? {} : { source: planSource(image, workspace) }),
    ...(testTarget === undefined
      ? {}
      : {
          test: {
            ...container,
            target: testTarget,
            junit: junit.length === 0 ? defaultReports : junit,
          },
        }),
    ...(image === undefined ? {} : { image: planImage(inputs, image, workspace, temporaryFolder) }),
    sentence: formatPlan(inputs),
  };
}

function planCommand(
  { container, junit }: Inputs,
  { secrets, cacheFolder, ...command }: NonNullable<Inputs['command']>,
  workspace: string,
): CommandPlan {
  return {
    ...command,
    ...container,
    secrets: secrets.map((secret) => resolveSecret(secret, workspace)),
    ...(cacheFolder === undefined ? {} : { cacheFolder: resolve(workspace, cacheFolder) }),
    ...(junit.length === 0 ? {} : { junit }),
  };
}

function resolveSecret(secret: BuildSecret, workspace: string): BuildSecret {
  return 'file' in secret ? { ...secret, file: resolve(workspace, secret.file) } : secret;
}

function planCompose(
  { service, container, junit }: Inputs,
  compose: ComposeInputs,
  { workspace, temporaryFolder, projectName }: BuildPlace,
): ComposePlan {
  return {
    ...container,
    name: projectName,
    file: resolve(workspace, compose.file),
    folder: dirname(compose.file),
    service: compose.service,
    junit: junit.length === 0 ? defaultReports : junit,
    logs: join(temporaryFolder, 'slipway-build', service ?? 'image', 'logs'),
  };
}

function planSource(
  { context, dockerfile, buildArgs, secrets, cacheFrom }: NonNullable<Inputs['image']>,
  workspace: string,
): SourcePlan {
  const folder = resolve(workspace, context);
  return {
    context: folder,
    folder: context,
    dockerfile:
      dockerfile === undefined ? join(folder, 'Dockerfile') : resolve(workspace, dockerfile),
    buildArgs,
    cacheFrom,
    secrets: secrets.map((secret) => resolveSecret(secret, workspace)),
  };
}

function planImage(
  { name, service }: Inputs,
  { target, labels, annotations, platforms, cacheTo, layout }: NonNullable<Inputs['image']>,
  workspace: string,
  temporaryFolder: string,
): ImagePlan {
  const folder =
    layout === undefined
      ? join(temporaryFolder, 'slipway-build', service ?? 'image', 'layout')
      : resolve(workspace, layout);
  return {
    name,
    ...(target === undefined ? {} : { target }),
    labels,
    annotations,
    platforms,
    cacheTo,
    layout: folder,
    // beside the layout, which holds nothing else; under its name, since another's may be there, too
    evidence: `${folder}.unit-tests.intoto.json`,
    provenance: `${folder}.provenance.intoto.json`,
  };
}

/** @example 'run commands in node:24, then test in the stage test of services/orders, then build the image' */
function formatPlan({ command, compose, image }: Inputs): string {
  const steps: string[] = [];
  if (command !== undefined) steps.push(`run commands in ${command.image}`);
  if (compose !== undefined) {
    steps.push(`test in the service ${compose.service} of ${compose.file}`);
  }
  if (image?.testTarget !== undefined) steps.push(`test in the stage ${image.testTarget}`);
  if (image !== undefined) {
    const stage = image.target === undefined ? '' : `, stage ${image.target},`;
    steps.push(
      `build the image${stage} from ${image.context === '.' ? 'the workspace' : image.context}`,
    );
  }
  return steps.join(', then ');
}
