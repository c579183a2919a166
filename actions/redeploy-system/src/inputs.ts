import type { SystemConfig } from '@slipway/core/config';
import { invalidInput, type Problem } from '@slipway/core/errors';
import {
  parseName,
  readClusterInputs,
  readRegistryInputs,
  type InputReader,
} from '@slipway/flow/runtime';
import type { RedeployOptions } from '@slipway/flow/system';
import { planPlaces, type Selection } from './plan.js';

export const modes = ['plan', 'run'] as const;

export interface Inputs extends Selection {
  readonly mode: (typeof modes)[number];
  readonly parallel: number;
  readonly conflicts: RedeployOptions['conflicts'];
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
  readonly target: RedeployOptions['target'];
}

export function readInputs(read: InputReader): Inputs {
  const system = read.system();
  const from = read.required('from-environment', parseName);
  const to = read.required('to-environment', parseName);
  const only = read.list('only', parseName);
  read.check(() => refuseUnknown(system, { from, to, only }));
  const settings = lookUp(read, () => system.environments.get(to));
  const namespace = read.optional('namespace', parseName, settings?.namespace) ?? '';
  read.check(() => refuseWithoutNamespace(namespace, to));
  read.check(() => planPlaces({ system, from, to, only }));
  return {
    mode: read.choice('mode', modes, 'plan'),
    system,
    from,
    to,
    only,
    parallel: read.withDefault('parallel', '3', parseCount),
    conflicts: read.choice('conflicts', ['fail', 'take'], 'fail'),
    timeoutMs: read.duration('timeout', '10m'),
    isDryRun: read.boolean('dry-run', false),
    target: {
      namespace,
      registry: readRegistryInputs(read),
      cluster: readClusterInputs(read, {
        name: to,
        ...(settings === undefined ? {} : { settings }),
      }),
    },
  };
}

/** What can only be looked at when all is well so far. */
function lookUp<T>(read: InputReader, work: () => T): T | undefined {
  const found: T[] = [];
  read.check(() => {
    found.push(work());
  });
  return found[0];
}

function refuseUnknown(
  { name, services, environments }: SystemConfig,
  { from, to, only }: Omit<Selection, 'system'>,
): void {
  const problems: Problem[] = [];
  const expectOne = (subject: string, given: string, known: ReadonlyMap<string, unknown>): void => {
    if (known.has(given)) return;
    const names = [...known.keys()].join(', ');
    const expected =
      names === '' ? `something that ${name} names; it names none` : `one of ${names}`;
    problems.push({ subject, given, expected, fix: `Add it to ${name}, or mend the name.` });
  };
  expectOne('from-environment', from, environments);
  expectOne('to-environment', to, environments);
  for (const service of only) expectOne('only', service, services);
  if (from === to) {
    const expected = `another environment than ${from}, where the services are good already`;
    problems.push({ subject: 'to-environment', given: to, expected });
  }
  if (services.size === 0) {
    problems.push({ subject: 'system', given: name, expected: 'at least one service' });
  }
  if (problems.length > 0) throw invalidInput(problems);
}

function refuseWithoutNamespace(namespace: string, to: string): void {
  if (namespace !== '') return;
  throw invalidInput([
    {
      subject: 'namespace',
      expected: 'a value',
      fix: `Set the input namespace, or that of the environment ${to}.`,
    },
  ]);
}

function parseCount(given: string, subject: string): number {
  if (/^[1-9]\d?$/.test(given)) return Number(given);
  throw invalidInput([{ subject, given, expected: 'a number from 1 to 99' }]);
}
