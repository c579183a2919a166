import { afterEach, expect, test } from '@jest/globals';
import { parseRepository } from '@slipway/core/image-ref';
import {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryKind,
  type TestRegistryOptions,
} from '@slipway/lab/test-registry';
import { createManualClock } from '@slipway/testing/clock';
import { TestContent, askPlain, findDifferences, putContent } from '@slipway/testing/content';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openTestClient, planFaults, startRegistryProxy } from '@slipway/testing/registry';
import { systemClock } from '../../clock/index.js';
import { copyImage } from './index.js';

const user = { username: 'ci', password: 'a-password' };
const identityToken = 'an-identity-token';
const repository = 'expired/app';

/** Waits until the registry takes no token any more that was issued before this was asked. */
async function outliveTokens(registry: TestRegistry): Promise<void> {
  const authorization = registry.authorize(repository);
  const old = { ...registry, authorize: () => authorization };
  const ask = { path: `/v2/${repository}/tags/list`, repository };
  while ((await askPlain(old, ask)).status !== 401) await systemClock.sleep(50);
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function start(options: TestRegistryOptions): Promise<TestRegistry> {
  const registry = await startTestRegistry(options);
  closers.push(() => registry.close());
  return registry;
}

test.each<[TestRegistryKind, string]>([
  ['distribution-2', `${user.username} ${user.password}`],
  ['distribution-3', `<token> ${identityToken}`],
  ['cuelabs', `${user.username} ${user.password}`],
])(
  'a token of %s that ends in the middle of a copy is renewed',
  async (kind, credential) => {
    const source = await start({ kind: 'go-containerregistry' });
    const rules = { ...user, identityToken, lifetimeS: 2 };
    const registry = await start({ kind, auth: { kind: 'token', rules } });
    const until = (): Promise<void> => outliveTokens(registry);
    const rule = { method: 'PUT', path: /\/blobs\//, skip: 1, times: 1 } as const;
    const faultOf = planFaults([{ ...rule, fault: { kind: 'hold', until } }]);
    const proxy = await startRegistryProxy(registry, faultOf);
    closers.push(proxy.close);
    const content = new TestContent();
    const root = content.image(['x'.repeat(200_000), 'y'.repeat(200_000), 'z']);
    await putContent(source, repository, content);
    const { client } = await openTestClient({ auth: [`${proxy.host} ${credential}`] });

    const from = parseRepository(`${source.host}/${repository}`);
    const to = parseRepository(`${proxy.host}/${repository}`);
    const tools = { logger: createRecordingLogger(), clock: createManualClock() };
    const request = { from, digest: root.digest, to };
    await copyImage(client, request, { isDryRun: false, ...tools }).finally(() => client.close());

    const refused = proxy.records.filter(
      ({ hasAuthorization, status }) => hasAuthorization && status === 401,
    );
    expect(refused.length).toBeGreaterThan(0);
    expect(await findDifferences(registry, repository, content)).toEqual([]);
  },
  60_000,
);
