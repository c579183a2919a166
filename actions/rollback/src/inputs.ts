import { invalidInput } from '@slipway/core/errors';
import { tryParseDigest } from '@slipway/core/image-ref';
import type { Secret } from '@slipway/core/secret';
import { readDeploymentPlace, type DeploymentPlace } from '@slipway/flow/deployment';
import { readGitHubToken, type InputReader } from '@slipway/flow/runtime';

export interface Inputs {
  readonly place: DeploymentPlace;
  readonly to: string;
  readonly reason: string;
  readonly overrideReason?: string;
  /** Stop the deployments of the service until somebody releases the hold. */
  readonly hold: boolean;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  /** Shows the rollback on GitHub. */
  readonly token?: Secret;
}

const asText = (text: string): string => text;

export function readInputs(read: InputReader): Inputs {
  const service = read.service();
  const environment = read.environment();
  const overrideReason = read.optional('override-reason', asText);
  return {
    place: readDeploymentPlace(read, service, environment),
    to: read.withDefault('to', 'last-known-good', parseTarget),
    reason: read.required('reason', asText),
    ...(overrideReason === undefined ? {} : { overrideReason }),
    hold: read.boolean('hold', false),
    timeoutMs: read.duration('timeout', '10m'),
    dryRun: read.boolean('dry-run', false),
    ...readGitHubToken(read),
  };
}

function parseTarget(text: string, subject: string): string {
  const isTarget =
    text === 'last-known-good' || tryParseDigest(text) !== undefined || /^\d+\.\d+\.\d+/.test(text);
  if (isTarget) return text;
  throw invalidInput([
    {
      subject,
      given: text,
      expected: 'last-known-good, a version such as 1.4.0, or a bundle’s digest',
    },
  ]);
}
