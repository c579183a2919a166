import { formatRepository } from '@slipway/core/image-ref';
import { formatSource, type ImageSource } from '@slipway/flow/image-source';
import { isVersionTag, type PushOptions } from '@slipway/io/registry';
import type { Inputs } from './inputs.js';

/** What will be pushed, and what may become of the tags. */
export interface PushPlan {
  readonly source: ImageSource;
  readonly push: Pick<PushOptions, 'tags' | 'tagPolicy' | 'isDryRun'>;
  /** The plan in one sentence, for the log. */
  readonly sentence: string;
}

/** Decides nothing that the registry must be asked for. */
export function planPush(inputs: Inputs): PushPlan {
  const { source, image, tagPolicy, isDryRun } = inputs;
  const tags = [...new Set(inputs.tags)];
  const described = tags.map((tag) =>
    isVersionTag(tag) ? `${tag} (a version: never moves)` : `${tag} (moving: ${tagPolicy})`,
  );
  const as = described.length === 0 ? 'by digest only' : `as ${described.join(', ')}`;
  return {
    source,
    push: { tags, tagPolicy, isDryRun },
    sentence: `${isDryRun ? 'dry run: would push' : 'push'} ${formatSource(source)} to ${formatRepository(image)} ${as}`,
  };
}
