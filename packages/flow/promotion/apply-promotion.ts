import type { PolicySettings } from '@slipway/core/config';
import { SlipwayError } from '@slipway/core/errors';
import {
  formatReference,
  parsePinnedReference,
  parseRepository,
  parseTag,
  type Digest,
} from '@slipway/core/image-ref';
import { comparePlans } from '@slipway/core/policy';
import { copyImage, type CopyResult } from '@slipway/io/registry';
import { pushBundle } from '../deployment/index.js';
import type { RecordPlace } from '../ledger/index.js';
import { describeBlock, judgeCandidate, type PromotionContext } from './judge-candidate.js';
import { describePlan } from './plan-promotion.js';
import { assertOwnRun, type PlanFile } from './plan-file.js';

/** A review of this run on GitHub. */
export interface Approval {
  readonly environment: string;
  readonly state: 'approved' | 'rejected';
  readonly actor: string;
}

export interface ApplyRequest {
  readonly file: PlanFile;
  /** Where the configuration says that production is. */
  readonly place: RecordPlace;
  readonly namespace: string;
  readonly policy?: PolicySettings;
  /** The workflow run that applies, `owner/name/42`. */
  readonly run: string;
  /** Asked only when the plan needs an approval. */
  readonly listApprovals: () => Promise<readonly Approval[]>;
  readonly isDryRun: boolean;
}

export interface AppliedPromotion {
  /** `repository@sha256:…` in production. */
  readonly reference: string;
  /** The bundle, `repository@sha256:…`. */
  readonly bundle: string;
  readonly copied: CopyResult;
  /** Who approved; absent when nobody had to. */
  readonly approvedBy?: string;
}

/**
 * Carries out a plan: judges everything again, stops at any difference, copies the image with all that refers
 * to it, stores the bundle, and sets the version tag last. Nothing is rendered.
 *
 * @throws SlipwayError before anything is written: `plan-changed`, `policy-blocked`, `evidence-missing`,
 * `approval-missing`, `tag-taken` when the version is another image already
 */
export async function applyPromotion(
  context: PromotionContext,
  request: ApplyRequest,
): Promise<AppliedPromotion> {
  const { client, clock, logger, signal } = context;
  const { file, isDryRun } = request;
  const { plan, bundle } = file;
  const candidate = parsePinnedReference(plan.candidate);
  const productionImage = parseRepository(plan.productionImage);
  await assertUnchanged(context, request);
  const approvedBy = await requireApproval(request);
  const seams = { logger, clock, signal, isDryRun };
  const { digest } = candidate;
  const way = { from: candidate.repository, digest, to: productionImage };
  const ledger = parseRepository(plan.ledger);
  const copied = await logger.group('Copy the image and what refers to it', () =>
    copyImage(client, way, {
      ...seams,
      tags: [parseTag(plan.version)],
      tagPolicy: 'fail',
      beforeTags: async () => {
        await pushBundle(client, ledger, bundle);
      },
    }),
  );
  return {
    reference: formatReference({ repository: productionImage, digest }),
    bundle: formatReference({ repository: ledger, digest: bundle.digest }),
    copied,
    ...(approvedBy === undefined ? {} : { approvedBy }),
  };
}

async function assertUnchanged(
  context: PromotionContext,
  { file, place, namespace, policy }: ApplyRequest,
): Promise<void> {
  const { plan, bundle } = file;
  const target = {
    place,
    namespace,
    productionImage: place.productionImage ?? parseRepository(plan.productionImage),
    candidate: parsePinnedReference(plan.candidate),
    version: plan.version,
    ...(policy === undefined ? {} : { policy }),
  };
  const judged = await judgeCandidate(context, target);
  const block = describeBlock(target, judged);
  if (block !== undefined) throw block;
  const now = describePlan(target, judged, { bundle, run: plan.run });
  const differences = now === undefined ? [] : comparePlans(plan, now);
  refuseChanged(differences);
}

/** @throws SlipwayError `plan-changed` with every difference */
function refuseChanged(differences: readonly string[]): void {
  if (differences.length === 0) return;
  throw new SlipwayError(
    'plan-changed',
    `since it was planned something has changed: ${differences.join('; ')}`,
    { fix: 'Run promote-to-prod with mode plan again, and have the new plan approved.' },
  );
}

async function requireApproval(request: ApplyRequest): Promise<string | undefined> {
  const { approvalEnvironment } = request.file.plan;
  if (approvalEnvironment === undefined) return undefined;
  assertOwnRun(request.file.plan, request.run);
  const approvals = await request.listApprovals();
  const own = approvals.filter(({ environment }) => environment === approvalEnvironment);
  const rejected = own.find(({ state }) => state === 'rejected');
  const approved = own.find(({ state }) => state === 'approved');
  if (approved !== undefined && rejected === undefined) return approved.actor;
  const why =
    rejected === undefined ? 'nobody has approved it' : `${rejected.actor} has rejected it`;
  throw new SlipwayError(
    'approval-missing',
    `the plan needs the approval of ${approvalEnvironment}, and in this run ${why}`,
    {
      fix:
        rejected === undefined
          ? `Approve in a job of its own, before this one: environment: { name: ${approvalEnvironment}, deployment: false }.`
          : 'Start a new run: what was rejected in this one stays rejected.',
    },
  );
}

/** @throws SlipwayError `plan-changed` when something else is live than was when this was planned */
export function assertLive(planned: Digest | undefined, live: Digest | undefined): void {
  const show = (digest: Digest | undefined): string => digest ?? 'nothing';
  refuseChanged(planned === live ? [] : [`live was ${show(planned)}, and is ${show(live)}`]);
}
