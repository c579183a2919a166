import type { SystemConfig } from '@slipway/core/config';
import { invalidInput } from '@slipway/core/errors';
import { readRegistryInputs, type InputReader } from '@slipway/flow/runtime';
import type { RegistryOptions } from '@slipway/io/registry';
import { planStatus } from './plan.js';

export const formats = ['summary', 'json'] as const;

export interface Inputs {
  readonly system: SystemConfig;
  readonly format: (typeof formats)[number];
  /** Relative to the workspace. */
  readonly output?: string;
  readonly timeoutMs: number;
  readonly registry: RegistryOptions;
}

export function readInputs(read: InputReader): Inputs {
  const system = read.system();
  const output = read.optional('output', (path) => path);
  read.check(() => {
    refuseEmpty(system);
    planStatus(system);
  });
  return {
    system,
    format: read.choice('format', formats, 'summary'),
    ...(output === undefined ? {} : { output }),
    timeoutMs: read.duration('timeout', '5m'),
    registry: readRegistryInputs(read),
  };
}

function refuseEmpty({ name, services, environments }: SystemConfig): void {
  if (services.size > 0 && environments.size > 0) return;
  throw invalidInput([
    {
      subject: 'system',
      given: name,
      expected: `at least one service and one environment; it has ${services.size} and ${environments.size}`,
      fix: 'Name them under services and environments.',
    },
  ]);
}
