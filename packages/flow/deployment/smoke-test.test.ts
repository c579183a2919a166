import { describe, expect, test } from '@jest/globals';
import { ClusterError, type ServiceAnswer } from '@slipway/io/cluster';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import { runSmokeTest } from './smoke-test.js';

/** Gives one answer after the other, the last one for ever. */
async function run(answers: readonly (ServiceAnswer | ClusterError)[], deadlineMs = 20_000) {
  const left = [...answers];
  const clock = createManualClock();
  const logger = createRecordingLogger();
  const cluster = {
    ...createClusterInMemory(),
    requestService: (): Promise<ServiceAnswer> => {
      const answer = left.length > 1 ? left.shift() : left[0];
      if (answer === undefined) throw new Error('no answer is left');
      return answer instanceof ClusterError ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const result = await runSmokeTest(cluster, {
    namespace: 'shop',
    service: 'catalog',
    port: 'http',
    path: '/healthz',
    deadlineMs,
    clock,
    logger,
    signal: new AbortController().signal,
  });
  return { result, lines: logger.lines };
}

const down: ServiceAnswer = { status: 503, body: 'no endpoints available' };
const away = new ClusterError('cluster-unreachable', 'the cluster cannot be reached');

describe('a smoke test', () => {
  test.each([
    ['at once', [{ status: 200, body: 'ok' }], { attempts: 1, durationMs: 0 }],
    ['with a redirect', [{ status: 302, body: '' }], { attempts: 1, durationMs: 0 }],
    ['after a while', [down, away, { status: 204, body: '' }], { attempts: 3, durationMs: 2000 }],
  ])('passes %s', async (_name, answers, expected) => {
    const { result } = await run(answers);

    expect(result).toEqual({ state: 'passed', ...expected });
  });

  test('tells what it waits for, every 15 s, and then what the last answer was', async () => {
    const { result, lines } = await run([{ status: 500, body: '<b>\n  broken</b>' }]);

    const said = 'GET http://catalog.shop:http/healthz answered 500: <b> broken</b>';
    expect(lines).toEqual([
      `smoke test: ${said}; again for 20 s`,
      `smoke test: ${said}; again for 5 s`,
    ]);
    expect(result).toEqual({
      state: 'failed',
      sentence: `the smoke test failed after 20 attempts in 19 s: ${said}`,
      status: 500,
      body: '<b>\n  broken</b>',
    });
  });

  test('does not wait long for a Service that does not exist', async () => {
    const { result } = await run([
      new ClusterError('cluster-refused', 'services "catalog" not found', { status: 404 }),
    ]);

    expect(result).toEqual({
      state: 'failed',
      sentence:
        'the smoke test failed after 5 attempts in 4 s: GET http://catalog.shop:http/healthz got no answer: services "catalog" not found',
    });
  });

  test('without the right to ask nothing is known', async () => {
    const denied = new ClusterError('cluster-denied', 'not allowed', { status: 403 });

    await expect(run([denied])).rejects.toBe(denied);
  });
});
