import { expect, test } from '@jest/globals';
import { formatWaiting } from './run-compose.js';

test('who is waited for, and until when', () => {
  const healthy = { name: 'db', condition: 'service_healthy' } as const;
  const done = { name: 'seed', condition: 'service_completed_successfully' } as const;

  expect(formatWaiting([done])).toBe('waiting for seed to end');
  expect(formatWaiting([healthy, done])).toBe('waiting for db to be healthy, and for seed to end');
});
