import { expect, test } from '@jest/globals';
import { formatDistributionConfig } from './kinds.js';

test('the registry without the referrers API may delete, and keeps its blobs in files', () => {
  const config: unknown = JSON.parse(formatDistributionConfig('10.64.0.1:20000', '/lab/storage'));

  expect(config).toMatchObject({
    storage: { filesystem: { rootdirectory: '/lab/storage' }, delete: { enabled: true } },
    http: { addr: '10.64.0.1:20000' },
  });
});
