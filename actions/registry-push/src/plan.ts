import { resolve } from 'node:path';
import type { PushOptions } from '@slipway/io/registry';
import type { Inputs } from './inputs.js';

export interface PushPlan {
  /** The folder of the layout. */
  readonly folder: string;
  readonly options: PushOptions;
}

/** What will be pushed, and what may become of tags. */
export function planPush(inputs: Inputs, workspace: string): PushPlan {
  const { source, tags, tagPolicy, dryRun } = inputs;
  return {
    folder: resolve(workspace, source),
    options: { tags, tagPolicy, dryRun },
  };
}
