import { parseTag, type Digest, type Repository } from '@slipway/core/image-ref';
import { copyImage } from '@slipway/io/registry';
import { formatBundleTag, type DeploymentContext } from '../deployment/index.js';

/**
 * Puts a bundle into the ledger's repository of another environment, under the tag that keeps it; nothing to do
 * where both environments share one.
 */
export async function copyBundle(
  { client, clock, logger, signal }: DeploymentContext,
  digest: Digest,
  { from, to }: { readonly from: Repository; readonly to: Repository },
): Promise<void> {
  if (from.registry === to.registry && from.path === to.path) return;
  const tags = [parseTag(formatBundleTag(digest))];
  const options = { logger, clock, signal, isDryRun: false, tags, tagPolicy: 'fail' } as const;
  await copyImage(client, { from, digest, to }, options);
}
