import { beforeEach, expect, test } from '@jest/globals';
import type { Attempt } from '@slipway/core/release';
import { createContextInMemory, type ContextInMemory } from '@slipway/testing/context-in-memory';
import { refuse } from '@slipway/testing/registry-in-memory';
import { buildBundle, pushBundle, type RenderedBundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { prepareReturn } from './return-to.js';

const image = `memory.example.com/shop/catalog@sha256:${'a'.repeat(64)}`;
let context: ContextInMemory;
let bundle: RenderedBundle;

beforeEach(async () => {
  context = await createContextInMemory();
  bundle = await buildBundle(
    {
      service: 'catalog',
      environment: 'test',
      namespace: 'shop',
      version: '1.0.0',
      images: [{ name: 'catalog', reference: image }],
      dependsOn: [],
      migration: 'none',
      verification: { soakMs: 0 },
      strategy: 'rolling',
    },
    [],
    [],
  );
  await pushBundle(context.client, context.ledger.repository, bundle);
});

function prepare(changed: Partial<DeploymentContext> = {}): ReturnType<typeof prepareReturn> {
  const target: Attempt = {
    deployment: 'test.00000001',
    intent: 'deploy',
    bundle: bundle.digest,
    image,
    version: '1.0.0',
    outcome: 'adopted',
    startedAt: '2026-01-01T00:00:00Z',
  };
  const way = { left: target, target, attempts: [target], isOverridden: false };
  return prepareReturn({ ...context, ...changed }, way, context.signal);
}

test('an image that is no longer there closes the way back', async () => {
  await expect(prepare()).rejects.toMatchObject({
    code: 'nothing-to-return-to',
    message: `1.0.0 cannot be made live again: the image ${image} is no longer in the registry`,
  });
});

test('an image that only the cluster may pull does not', async () => {
  const resolve = () => Promise.reject(refuse('HEAD', 403, 'DENIED'));

  const { digest } = await prepare({ client: { ...context.client, resolve } });

  expect(digest).toBe(bundle.digest);
  expect(context.logger.lines).toEqual([
    `[warning] whether ${image} is still there, the registry does not tell: memory refused HEAD: 403 DENIED`,
  ]);
});

test('a registry that is away is no answer', async () => {
  const resolve = () => Promise.reject(refuse('HEAD', 503, 'UNAVAILABLE'));

  await expect(prepare({ client: { ...context.client, resolve } })).rejects.toMatchObject({
    code: 'registry-unreachable',
  });
});
