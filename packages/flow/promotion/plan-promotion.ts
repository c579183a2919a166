import type { SmokeTestSettings } from '@slipway/core/config';
import type { SlipwayError } from '@slipway/core/errors';
import { formatReference, formatRepository } from '@slipway/core/image-ref';
import { planMediaType, type PromotionPlan } from '@slipway/core/policy';
import {
  renderBundle,
  type Bundle,
  type RenderRequest,
  type RenderedBundle,
} from '../deployment/index.js';
import { diffBundles, type BundleDiff } from './diff-bundles.js';
import {
  describeBlock,
  judgeCandidate,
  type JudgedCandidate,
  type PromotionContext,
  type PromotionTarget,
} from './judge-candidate.js';

export interface PromotionRequest extends PromotionTarget {
  /** What the manifests call the image; default: its repositories' names, and the service's. */
  readonly imageName?: string;
  readonly source: RenderRequest['source'];
  readonly thirdPartyImages: RenderRequest['thirdPartyImages'];
  readonly smokeTest?: SmokeTestSettings;
  readonly dependsOn: readonly string[];
  readonly workspace: string;
  /** The workflow run that plans, `owner/name/42`. */
  readonly run: string;
}

export interface PlannedPromotion {
  readonly judged: JudgedCandidate;
  readonly bundle: RenderedBundle;
  readonly diff: BundleDiff;
  /** Absent when it is blocked. */
  readonly plan?: PromotionPlan;
  /** Why it is blocked. */
  readonly block?: SlipwayError;
}

/**
 * Renders the production bundle of a candidate, judges it against the policy and what is live, and shows what
 * would change. Only reads.
 *
 * @throws SlipwayError what rendering and reading throw
 */
export async function planPromotion(
  context: PromotionContext,
  request: PromotionRequest,
): Promise<PlannedPromotion> {
  const judged = await judgeCandidate(context, request);
  const bundle = await renderBundle(context, toRender(request, judged));
  const diff = diffBundles(judged.live?.bundle, bundle);
  const block = describeBlock(request, judged);
  const plan = describePlan(request, judged, { bundle, run: request.run });
  return {
    judged,
    bundle,
    diff,
    ...(plan === undefined ? {} : { plan }),
    ...(block === undefined ? {} : { block }),
  };
}

/** What is approved; undefined when the policy blocks it. */
export function describePlan(
  { place, candidate, productionImage }: PromotionTarget,
  { version, commit, verdict, live, ledger }: JudgedCandidate,
  { bundle, run }: { readonly bundle: Bundle; readonly run: string },
): PromotionPlan | undefined {
  const { decision, level, approvalEnvironment, soakMs, gates } = verdict;
  if (decision === 'blocked') return undefined;
  return {
    mediaType: planMediaType,
    service: place.service,
    environment: place.environment,
    candidate: formatReference(candidate),
    productionImage: formatRepository(productionImage),
    version,
    ...(commit === undefined ? {} : { commit }),
    level,
    decision,
    ...(approvalEnvironment === undefined ? {} : { approvalEnvironment }),
    gates: gates.flatMap(({ gate, evidence }) =>
      evidence === undefined ? [] : [{ gate, evidence }],
    ),
    migration: bundle.config.migration,
    soakMs,
    ...(live === undefined
      ? {}
      : { live: { version: live.attempt.version, bundle: live.attempt.bundle } }),
    ledger: formatRepository(ledger),
    bundle: bundle.digest,
    run,
  };
}

function toRender(request: PromotionRequest, judged: JudgedCandidate): RenderRequest {
  const { place, namespace, candidate, productionImage, imageName, smokeTest } = request;
  const { source, thirdPartyImages, dependsOn, workspace } = request;
  const { service, environment } = place;
  const image = { repository: productionImage, digest: candidate.digest };
  const aliases = [formatRepository(candidate.repository), service];
  return {
    service,
    environment,
    namespace,
    source,
    images: [{ image, ...(imageName === undefined ? { aliases } : { name: imageName }) }],
    labelsFrom: candidate,
    thirdPartyImages,
    version: judged.version,
    ...(judged.commit === undefined ? {} : { commit: judged.commit }),
    ...(smokeTest === undefined ? {} : { smokeTest }),
    soakMs: judged.verdict.soakMs,
    dependsOn,
    workspace,
  };
}
