import { expect, test } from '@jest/globals';
import { parseTag } from '@slipway/core/image-ref';
import { createRecordingLogger } from '@slipway/testing/logger';
import { startTestProxy } from '@slipway/testing/proxy';
import { startServer } from '@slipway/testing/registry';
import { createRuntime } from './runtime.js';

const registry = 'registry.example.com:5000';

test.each([
  ['in capitals', 'HTTP_PROXY'],
  ['in small letters', 'http_proxy'],
])('registries are asked through the proxy of the environment: %s', async (_name, variable) => {
  const server = await startServer(() => ({ status: 404 }));
  const proxy = await startTestProxy({
    hosts: { [registry]: server.host },
    credentials: 'ci:p@ss-word',
  });
  const masked: string[] = [];
  const { runtime, close } = createRuntime({
    logger: createRecordingLogger(),
    signal: new AbortController().signal,
    run: { repository: 'shop/system', runId: '1', attempt: 1, url: '', actor: 'ada' },
    checkout: {},
    workspace: '/nonexistent',
    temporaryFolder: '/nonexistent',
    stepFiles: new Map(),
    saveState: () => undefined,
    redact: (text) => text,
    mask: (secret) => void masked.push(secret),
    environment: {
      DOCKER_CONFIG: '/nonexistent',
      [variable]: `http://ci:p%40ss-word@${proxy.host}`,
    },
  });

  const client = await runtime.openRegistry({ credentials: [], plainHttp: [registry] });
  await client.resolve({ registry, path: 'team/orders' }, parseTag('1.0.0'));
  client.close();

  const target = `http://${registry}/v2/team/orders/manifests/1.0.0`;
  expect(proxy.asked).toEqual([{ method: 'HEAD', target, status: 200 }]);
  expect(masked).toEqual(['p%40ss-word', 'p@ss-word']);
  await Promise.all([close(), proxy.close(), server.close()]);
});
