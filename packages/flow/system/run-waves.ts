import type { SlipwayError } from '@slipway/core/errors';
import { mapParallel } from '@slipway/core/parallel';

/** A service in a wave: it is begun when all that it depends on has ended well. */
export interface WaveService {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** What became of a service that was begun. */
export interface WaveEnd {
  readonly failure?: SlipwayError;
}

export type WaveResult<S, E> =
  | { readonly service: S; readonly state: 'ended'; readonly end: E }
  /** Not begun, and why. */
  | { readonly service: S; readonly state: 'skipped'; readonly reason: string };

export interface WaveOptions<S> {
  /** How many at once. */
  readonly parallel: number;
  /** Aborted when nothing further may be begun. */
  readonly signal: AbortSignal;
  /** Told before a wave; what it wraps runs inside. */
  readonly announce: <T>(position: number, wave: readonly S[], run: () => Promise<T>) => Promise<T>;
}

/**
 * Runs waves one after another, the services of a wave side by side. A failure stops what depends on it, and
 * nothing else.
 *
 * @param work never throws: a failure is in its answer
 */
export async function runWaves<S extends WaveService, E extends WaveEnd>(
  waves: readonly (readonly S[])[],
  work: (service: S) => Promise<E>,
  { parallel, signal, announce }: WaveOptions<S>,
): Promise<readonly (readonly WaveResult<S, E>[])[]> {
  const broken = new Set<string>();
  const runOne = async (service: S): Promise<WaveResult<S, E>> => {
    const needed = service.dependsOn.find((name) => broken.has(name));
    if (needed !== undefined) return { service, state: 'skipped', reason: `needs ${needed}` };
    if (signal.aborted) return { service, state: 'skipped', reason: 'the run was interrupted' };
    return { service, state: 'ended', end: await work(service) };
  };
  const results: (readonly WaveResult<S, E>[])[] = [];
  for (const [index, wave] of waves.entries()) {
    const ended = await announce(index + 1, wave, () => mapParallel(parallel, wave, runOne));
    for (const result of ended) if (isBroken(result)) broken.add(result.service.name);
    results.push(ended);
  }
  return results;
}

function isBroken<S, E extends WaveEnd>(result: WaveResult<S, E>): boolean {
  return result.state === 'skipped' || result.end.failure !== undefined;
}
