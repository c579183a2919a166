import { resolve } from 'node:path';
import { formatRepository } from '@slipway/core/image-ref';
import { isVersionTag, type LayoutOptions, type PushOptions } from '@slipway/io/registry';
import type { Inputs } from './inputs.js';

/** What will be pushed, and what may become of the tags. */
export interface PushPlan {
  /** The folder of the layout. */
  readonly folder: string;
  readonly layout: LayoutOptions;
  readonly push: Pick<PushOptions, 'tags' | 'tagPolicy' | 'isDryRun'>;
  /** The plan in one sentence, for the log. */
  readonly sentence: string;
}

/** Decides nothing that the registry must be asked for. */
export function planPush(inputs: Inputs, workspace: string): PushPlan {
  const { source, image, tagPolicy, isDryRun } = inputs;
  const tags = [...new Set(inputs.tags)];
  const { folder, ...layout } = source;
  const described = tags.map((tag) =>
    isVersionTag(tag) ? `${tag} (a version: never moves)` : `${tag} (moving: ${tagPolicy})`,
  );
  const as = described.length === 0 ? 'by digest only' : `as ${described.join(', ')}`;
  return {
    folder: resolve(workspace, folder),
    layout,
    push: { tags, tagPolicy, isDryRun },
    sentence: `${isDryRun ? 'dry run: would push' : 'push'} ${folder} to ${formatRepository(image)} ${as}`,
  };
}
