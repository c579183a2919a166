import { invalidInput } from '@slipway/core/errors';
import { parseRepository, tryParseDigest, type Repository } from '@slipway/core/image-ref';
import { parseLedgerTemplate } from '@slipway/flow/ledger';
import {
  parseName,
  readClusterInputs,
  readRegistryInputs,
  type ClusterInputs,
  type InputReader,
} from '@slipway/flow/runtime';
import type { RegistryOptions } from '@slipway/io/registry';

export interface Inputs {
  readonly service: string;
  readonly environment: string;
  readonly namespace: string;
  readonly image: Repository;
  readonly ledger?: string;
  readonly to: string;
  readonly reason: string;
  readonly overrideReason?: string;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  readonly registry: RegistryOptions;
  readonly cluster: ClusterInputs;
}

const asText = (text: string): string => text;

export function readInputs(read: InputReader): Inputs {
  const service = read.service();
  const environment = read.environment();
  const ledger = read.optional('ledger', parseLedgerTemplate, environment.settings?.ledger);
  const overrideReason = read.optional('override-reason', asText);
  return {
    service: service.name,
    environment: environment.name,
    namespace: read.required('namespace', parseName, environment.settings?.namespace),
    image: read.required('image', parseRepository, service.settings?.image),
    ...(ledger === undefined ? {} : { ledger }),
    to: read.withDefault('to', 'last-known-good', parseTarget),
    reason: read.required('reason', asText),
    ...(overrideReason === undefined ? {} : { overrideReason }),
    timeoutMs: read.duration('timeout', '10m'),
    dryRun: read.boolean('dry-run', false),
    registry: readRegistryInputs(read),
    cluster: readClusterInputs(read, environment),
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
