import { expect, test } from '@jest/globals';
import { createRecordingLogger } from '@slipway/testing/logger';
import { createServiceLogger } from './service-logger.js';

test('lines of services that are deployed at the same time can be told apart', async () => {
  const log = createRecordingLogger();
  const [orders, web] = ['orders', 'web'].map((name) => createServiceLogger(log, name));

  const answer = await orders?.group('Apply 1.0.0 to shop', () => {
    orders.info('created: Service shop/orders');
    web?.warning('it may heal');
    web?.debug('ledger: 1');
    return Promise.resolve(7);
  });

  expect(answer).toBe(7);
  expect(log.lines).toEqual([
    '[orders] Apply 1.0.0 to shop',
    '[orders] created: Service shop/orders',
    '[warning] [web] it may heal',
    '[debug] [web] ledger: 1',
  ]);
});
