import { ClusterError } from '@slipway/io/cluster';

/**
 * Whether an API server answered that it cannot answer now: too many requests, or a fault of its own. Nothing is
 * wrong with what was asked.
 *
 * @example isOverloaded(new ClusterError('cluster-refused', 'too many requests', { status: 429 })) // true
 */
export function isOverloaded(error: unknown): boolean {
  const status = error instanceof ClusterError ? (error.status ?? 0) : 0;
  return status === 429 || status >= 500;
}
