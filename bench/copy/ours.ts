import { parsePinnedReference, parseReference, parseTag } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import { copyImage, createRegistryClient } from '@slipway/io/registry';

const silent: Logger = {
  info: () => undefined,
  relay: () => undefined,
  warning: () => undefined,
  debug: () => undefined,
  group: (_title, work) => work(),
};

/** Copies an image as promote-to-prod does, and prints what it took: `ours.js repo@sha256:… repo:tag` */
async function main([source = '', target = '']: readonly string[]): Promise<void> {
  const from = parsePinnedReference(source);
  const to = parseReference(target);
  const client = await createRegistryClient({
    credentials: [],
    plainHttp: [from.repository.registry, to.repository.registry],
    logger: silent,
    clock: systemClock,
  });
  const copy = { from: from.repository, digest: from.digest, to: to.repository };
  await copyImage(client, copy, {
    isDryRun: false,
    logger: silent,
    clock: systemClock,
    tags: [parseTag(to.tag ?? '')],
    tagPolicy: 'fail',
  });
  process.stdout.write(`${JSON.stringify(client.stats)}\n`);
  client.close();
}

await main(process.argv.slice(2));
