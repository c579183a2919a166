import { canonicalJson } from '../canonical-json/index.js';
import type { GateName } from '../config/index.js';
import { SlipwayError } from '../errors/index.js';
import type { Digest } from '../image-ref/index.js';
import type { Migration } from '../release/index.js';
import type { Level } from '../version/index.js';

/** What a plan says it is: its field `mediaType`. */
export const planMediaType = 'application/vnd.slipway.plan.v1+json';

/** What a reviewer approves and what is then carried out: one image and one bundle for production. */
export interface PromotionPlan {
  readonly mediaType: typeof planMediaType;
  readonly service: string;
  readonly environment: string;
  /** `repository@sha256:…` of the image that was tested. */
  readonly candidate: string;
  /** The repository that it is copied to. */
  readonly productionImage: string;
  readonly version: string;
  readonly commit?: string;
  readonly level: Level;
  readonly decision: 'proceed' | 'approve';
  readonly approvalEnvironment?: string;
  /** The referrers that prove the gates. */
  readonly gates: readonly { readonly gate: GateName; readonly evidence: Digest }[];
  readonly migration: Migration;
  readonly soakMs: number;
  /** What was live when this was planned. */
  readonly live?: { readonly version: string; readonly bundle: Digest };
  /** Where the record and the bundle are. */
  readonly ledger: string;
  readonly bundle: Digest;
  /** The workflow run that made it, `owner/name/42`: an approval counts for the plans of its own run. */
  readonly run: string;
}

/** The plan as it is stored, signed off and hashed: canonical JSON. */
export function formatPlan(plan: PromotionPlan): string {
  return canonicalJson(plan);
}

/**
 * Reads a plan.
 *
 * @param where how to name it in the error
 * @throws SlipwayError `source-invalid` when it is none
 */
export function parsePlan(text: string, where: string): PromotionPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(where, error);
  }
  if (!isPlan(value)) throw invalid(where);
  return value;
}

function isPlan(value: unknown): value is PromotionPlan {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  const texts = ['service', 'environment', 'candidate', 'productionImage', 'version', 'level'];
  const more = ['decision', 'migration', 'ledger', 'bundle', 'run'];
  return (
    fields['mediaType'] === planMediaType &&
    [...texts, ...more].every((name) => typeof fields[name] === 'string') &&
    Array.isArray(fields['gates'])
  );
}

function invalid(where: string, cause?: unknown): SlipwayError {
  return new SlipwayError('source-invalid', `${where} is not a plan of promote-to-prod`, {
    cause,
    fix: 'Pass the file of the output plan of promote-to-prod on as it is.',
  });
}

/**
 * What differs between the plan that was approved and what it would be now, a sentence each. None: it may be
 * carried out.
 */
export function comparePlans(approved: PromotionPlan, now: PromotionPlan): readonly string[] {
  const names = new Set([...Object.keys(approved), ...Object.keys(now)]);
  const before = new Map<string, unknown>(Object.entries(approved));
  const after = new Map<string, unknown>(Object.entries(now));
  return [...names].toSorted().flatMap((name) => {
    const [was, is] = [show(before.get(name)), show(after.get(name))];
    return was === is ? [] : [`${name} was ${was}, and is ${is}`];
  });
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? 'nothing' : canonicalJson(value);
}
