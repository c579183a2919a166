import { digestOf, type Digest } from '@slipway/core/image-ref';
import {
  emptyState,
  foldEvent,
  formatEventTag,
  type AttemptEventDraft,
  type AttemptEventKind,
  type EventDraft,
  type LedgerState,
} from '@slipway/core/release';

/** A digest that a text decides. */
export const bundleOf = (version: string): Digest =>
  digestOf(Buffer.from(version).toString('hex').padEnd(64, '0'));
export const imageOf = (version: string): string =>
  `registry.example.com/shop/catalog@${bundleOf(`i${version}`)}`;
/** A minute from the beginning of 2026 on. */
export const time = (minute: number): string =>
  new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

type StepDetails = Partial<
  Pick<AttemptEventDraft, 'intent' | 'bundle' | 'image' | 'reason' | 'since'>
>;

/** An event in short: kind, the sequence that names its deployment, version, minute, what is not as usual. */
export type Step = readonly [
  kind: AttemptEventKind,
  deployment: number,
  version: string,
  minute?: number,
  details?: StepDetails,
];

export function draft([kind, deployment, version, minute = 0, details]: Step): AttemptEventDraft {
  const { reason, ...others } = details ?? {};
  return {
    kind,
    deployment: formatEventTag('test', deployment),
    intent: 'deploy',
    bundle: bundleOf(version),
    image: imageOf(version),
    version,
    at: time(minute),
    actor: 'ada',
    ...others,
    ...(kind === 'quarantined' ? { reason: reason ?? 'crash-loop' } : {}),
    ...(kind === 'failed' && reason !== undefined
      ? { cause: { code: reason, message: 'it does not work' } }
      : {}),
  };
}

/** The state after some events, each of which must be legal. */
export function play(
  steps: readonly (Step | EventDraft)[],
  from: LedgerState = emptyState,
): LedgerState {
  return steps.reduce<LedgerState>((state, step) => {
    const next = foldEvent(state, 'kind' in step ? step : draft(step));
    if (typeof next === 'string') throw new Error(next);
    return next;
  }, from);
}

/** A deployment whose soak is not over. */
export const verified = (
  deployment: number,
  version: string,
  minute: number,
  details: StepDetails = {},
): readonly Step[] => [
  ['started', deployment, version, minute, details],
  ['available', deployment, version, minute, details],
  ['verified', deployment, version, minute, details],
];

/** The four events of a deployment that becomes known good. */
export const good = (
  deployment: number,
  version: string,
  minute: number,
  details: StepDetails = {},
): readonly Step[] => [
  ...verified(deployment, version, minute, details),
  ['known-good', deployment, version, minute + 1, details],
];

/** A deployment that never becomes available, and for which nobody goes back. */
export const stuck = (
  deployment: number,
  version: string,
  minute: number,
  details: StepDetails = {},
): readonly Step[] => [
  ['started', deployment, version, minute, details],
  ['failed', deployment, version, minute + 1, { reason: 'crash-loop', ...details }],
];

/** A deployment that never becomes available, and is quarantined for it. */
export const failing = (
  deployment: number,
  version: string,
  minute: number,
  details: StepDetails = {},
): readonly Step[] => [
  ...stuck(deployment, version, minute, details),
  ['quarantined', deployment, version, minute + 1, details],
];

/** A deployment that becomes available, and does not pass the verification. */
export const unverified = (
  deployment: number,
  version: string,
  minute: number,
  details: StepDetails = {},
): readonly Step[] => [
  ['started', deployment, version, minute, details],
  ['available', deployment, version, minute, details],
  ['failed', deployment, version, minute + 1, { reason: 'smoke-test-failed', ...details }],
];

/** What is left is quarantined; another release is made live again and verified. */
export const goingBack = (
  left: readonly [deployment: number, version: string],
  deployment: number,
  version: string,
  minute: number,
): readonly Step[] => [
  ['quarantined', ...left, minute, { reason: 'by hand' }],
  ...verified(deployment, version, minute, { intent: 'rollback' }),
  ['rolled-back', ...left, minute],
];
