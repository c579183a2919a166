import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SlipwayError } from '@slipway/core/errors';
import type { Runtime } from '@slipway/flow/runtime';
import {
  formatStatusSummary,
  formatStatusTable,
  readSystemStatus,
  type SystemStatus,
} from '@slipway/flow/system';
import type { Inputs } from './inputs.js';
import { planStatus } from './plan.js';

export interface Result {
  readonly status: SystemStatus;
  /** Why not all of it could be read. */
  readonly failure?: SlipwayError;
}

/** Reads registries, and nothing else. */
export async function run(inputs: Inputs, runtime: Runtime): Promise<Result> {
  const { clock, logger, workspace } = runtime;
  const { system, format, output } = inputs;
  const places = planStatus(system);
  logger.info(`Reading ${places.length} records of ${system.name}`);
  const client = await runtime.openRegistry(inputs.registry);
  try {
    const result = await readSystemStatus(system.name, places, { client, clock, logger });
    const json = formatJson(result.status);
    const lines = format === 'json' ? [json] : formatStatusTable(result.status);
    for (const line of lines) logger.info(line);
    if (output !== undefined) {
      const text = format === 'json' ? `${json}\n` : formatStatusSummary(result.status);
      await writeOutput(resolve(workspace, output), text);
    }
    return result;
  } finally {
    client.close();
  }
}

function formatJson(status: SystemStatus): string {
  return JSON.stringify(status, undefined, 2);
}

async function writeOutput(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
