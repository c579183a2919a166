import { formatDuration } from '@slipway/core/duration';
import { findNewestResult, type Statement } from '@slipway/core/evidence';
import type { Digest } from '@slipway/core/image-ref';
import type { StoredEvidence } from '../evidence/index.js';

/** What evidence must be to count. */
export interface EvidenceRule {
  readonly environment: string;
  readonly now: Date;
  /** No limit when absent. */
  readonly maxAgeMs?: number;
  /** Neighbours that it must name, beside whichever it does. */
  readonly mustName: readonly string[];
}

export type IntegrationResult = NonNullable<Statement['testResult']>;

export type EvidenceVerdict =
  | { readonly state: 'missing'; readonly sentence: string }
  | {
      readonly state: 'failed' | 'unfit' | 'passed';
      readonly digest: Digest;
      readonly result: IntegrationResult;
      readonly sentence: string;
    };

/**
 * What the newest statement of the integration gate in an environment says about an image. An older one is
 * not looked at: what failed last has failed.
 */
export function judgeEvidence(
  stored: readonly StoredEvidence[],
  rule: EvidenceRule,
): EvidenceVerdict {
  const { environment } = rule;
  const newest = findNewestResult(
    stored,
    ({ gate, environment: tested }) => gate === 'integration' && tested === environment,
    rule.now.toISOString(),
  );
  if (newest === undefined) {
    return { state: 'missing', sentence: `it has no integration evidence of ${environment}` };
  }
  const { at, result } = newest.result;
  if (result === 'FAILED') {
    return { state: 'failed', ...newest, sentence: `its integration tests failed at ${at}` };
  }
  const unfit = findUnfit(newest.result, rule);
  if (unfit !== undefined) return { state: 'unfit', ...newest, sentence: unfit };
  return { state: 'passed', ...newest, sentence: `its integration tests passed at ${at}` };
}

function findUnfit(
  { at, neighbours = {} }: IntegrationResult,
  { now, maxAgeMs, mustName, environment }: EvidenceRule,
): string | undefined {
  const ageMs = now.getTime() - Date.parse(at);
  if (maxAgeMs !== undefined && ageMs > maxAgeMs) {
    return `its integration evidence of ${environment} is ${formatDuration(ageMs)} old, and ${formatDuration(maxAgeMs)} is allowed`;
  }
  const absent = mustName.filter((name) => neighbours[name] === undefined);
  if (absent.length === 0) return undefined;
  return `its integration evidence of ${environment} was not made against ${absent.join(', ')}`;
}
