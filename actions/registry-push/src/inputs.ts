import { parseRepository, parseTag, type Repository, type Tag } from '@slipway/core/image-ref';
import { readRegistryInputs, type InputReader } from '@slipway/flow/runtime';
import type { RegistryOptions } from '@slipway/io/registry';

export interface Inputs {
  /** Relative to the workspace. */
  readonly source: string;
  readonly image: Repository;
  readonly tags: readonly Tag[];
  readonly tagPolicy: 'fail' | 'skip' | 'move';
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  readonly registry: RegistryOptions;
}

export function readInputs(read: InputReader): Inputs {
  const service = read.tryService();
  return {
    source: read.required('source', (path) => path),
    image: read.required('image', parseRepository, service?.settings?.image),
    tags: read.list('tags', parseTag),
    tagPolicy: read.choice('tag-policy', ['fail', 'skip', 'move'], 'fail'),
    timeoutMs: read.duration('timeout', '30m'),
    dryRun: read.boolean('dry-run', false),
    registry: readRegistryInputs(read),
  };
}
