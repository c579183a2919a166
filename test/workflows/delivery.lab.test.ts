import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActResult, ActRun } from './act.js';
import { openDeliveredShop, type DeliveredShop } from './delivered-shop.js';
import type { Look } from './look.js';

const timeoutMs = 300_000;

let shop: DeliveredShop;

beforeAll(async () => {
  shop = await openDeliveredShop();
}, 1_500_000);

afterAll(async () => {
  await shop.close();
}, 60_000);

/** How a run ended, and what there was of orders afterwards. */
interface Scene extends ActResult {
  readonly test: Look;
  readonly production: Look;
}

async function play(run: ActRun): Promise<Scene> {
  const result = await shop.run(run);
  const [inTest, production] = await Promise.all([shop.look('test'), shop.look('production')]);
  return { ...result, test: inTest, production };
}

function push(before: string): Promise<Scene> {
  return play({
    event: 'push',
    workflow: '.github/workflows/continuous-delivery.yml',
    payload: { ref: 'refs/heads/main', before },
  });
}

/** Releases nothing itself; the push that ends with it does. */
async function describeOrders(): Promise<void> {
  writeFileSync(join(shop.repository.folder, 'services/orders/README.md'), '# What was ordered\n');
  await shop.git('add', 'services/orders');
  await shop.git('commit', '--quiet', '--message', 'docs(orders): what it is');
}

const nothing: Look = { tags: {}, quarantined: [], evidence: [] };
const reason = 'nobody wants to count; $(id) "since" 1.1.0';
const succeeded = ['build', 'test', 'plan', 'approve', 'production', 'announce'];

function listJobs({ jobs }: ActResult): readonly string[] {
  return jobs.map(([id, result]) => (result === 'success' ? id : `${id}: ${result}`));
}

describe('orders, from a push to production and back', () => {
  let unapproved: Scene;
  let first: Scene;
  let minor: Scene;
  let back: Scene;

  beforeAll(async () => {
    unapproved = await push('0'.repeat(40));
    shop.reviewers.approve('1', 'production-major', 'ada', 'welcome');
    first = await push('0'.repeat(40));
    await shop.repository.commit('1-item-count');
    await describeOrders();
    shop.reviewers.approve('1', 'production-approval', 'ada', 'looks good');
    minor = await push(shop.repository.firstCommit);
    back = await play({
      event: 'workflow_dispatch',
      workflow: '.github/workflows/rollback.yml',
      payload: {
        inputs: { service: 'orders', environment: 'production', to: 'last-known-good', reason },
      },
    });
  }, timeoutMs);

  test('what nobody approved is tested, and does not come to production', () => {
    const { log, test: inTest, production } = unapproved;

    expect(listJobs(unapproved)).toEqual([
      'build',
      'test',
      'plan',
      'approve',
      'production: failure',
    ]);
    expect(log.filter((line) => line.includes('approval-missing::'))).toEqual([
      expect.stringContaining(
        '::the plan needs the approval of production-major, and in this run nobody has approved it. Approve in a job of its own, before this one: environment: { name: production-major, deployment: false }.',
      ),
    ]);
    expect(inTest).toMatchObject({ answered: '1.0.0', recorded: { version: '1.0.0' } });
    expect(production).toEqual(nothing);
  });

  test('the same push, approved, is the same image, and goes live', () => {
    const { tags } = first.test;

    expect(listJobs(first)).toEqual(succeeded);
    expect(tags).toEqual(unapproved.test.tags);
    expect(first.production).toMatchObject({
      tags,
      answered: '1.0.0',
      recorded: { version: '1.0.0', outcome: 'known-good' },
    });
  });

  describe('a minor update, pushed together with documentation', () => {
    test('goes through every job', () => {
      expect(listJobs(minor)).toEqual(succeeded);
    });

    test('is in production by the digest that was tested', () => {
      const { tags, recorded, deployed } = minor.test;
      const digest = tags['1.1.0'] ?? 'none';
      const image = minor.production.recorded?.image;

      expect(digest).not.toBe(tags['1.0.0']);
      expect([recorded?.image, deployed]).toEqual([
        expect.stringMatching(new RegExp(`/shop/orders@${digest}$`)),
        recorded?.image,
      ]);
      expect(minor.production).toMatchObject({
        tags: { '1.0.0': first.test.tags['1.0.0'], '1.1.0': digest },
        recorded: { version: '1.1.0', outcome: 'known-good' },
        deployed: image,
        answered: '1.1.0',
      });
      expect(image).toMatch(new RegExp(`/shop-production/orders@${digest}$`));
    });

    test('carries its evidence with it', () => {
      const { evidence } = minor.production;

      expect(evidence).toHaveLength(2);
      expect(evidence).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            gate: 'unit-tests',
            result: 'PASSED',
            tests: { passed: 17, failed: 0, skipped: 0 },
          }),
          expect.objectContaining({
            gate: 'integration',
            result: 'PASSED',
            tests: { passed: 1, failed: 0, skipped: 0 },
            environment: 'test',
            neighbours: { catalog: shop.catalog },
          }),
        ]),
      );
    });

    test('is told to whom the workflow was called by', () => {
      const image = minor.production.recorded?.image ?? 'none';

      expect(minor.log).toContain(`delivered 1.1.0 succeeded ${image}`);
    });
  });

  test('a person goes back to what was good, and says why', () => {
    const { test: inTest, production } = back;

    expect(listJobs(back)).toEqual(['rollback']);
    expect(production).toMatchObject({
      recorded: { version: '1.0.0', image: first.production.recorded?.image },
      deployed: first.production.deployed,
      answered: '1.0.0',
      quarantined: [{ version: '1.1.0', reason }],
    });
    expect(production.tags).toEqual(minor.production.tags);
    expect(inTest).toEqual(minor.test);
  });
});

describe('a pull request of orders', () => {
  let before: readonly Look[];
  let good: Scene;
  let bad: Scene;

  function request(): Promise<Scene> {
    return play({
      event: 'pull_request',
      workflow: '.github/workflows/pull-request.yml',
      payload: {
        number: 7,
        pull_request: { number: 7, head: { ref: 'items' }, base: { ref: 'main' } },
      },
    });
  }

  beforeAll(async () => {
    before = [await shop.look('test'), await shop.look('production')];
    await shop.git('switch', '--quiet', '--create', 'items', 'orders-v1.0.0');
    await shop.repository.commit('1-item-count');
    good = await request();
    const file = join(shop.repository.folder, 'services/orders/test/orders.test.js');
    writeFileSync(file, readFileSync(file, 'utf8').replace('2900 + 4 * 700', '2900 + 5 * 700'));
    bad = await request();
  }, timeoutMs);

  test('is built and tested', () => {
    expect(listJobs(good)).toEqual(['build']);
    expect(good.log.join('\n')).toContain('| Tests | 17 passed, 0 failed, 0 skipped |');
  });

  test('fails with the name of the test that fails', () => {
    expect(listJobs(bad)).toEqual(['build: failure']);
    expect(bad.log.filter((line) => line.includes('::error title=failed test'))).toEqual([
      expect.stringMatching(
        /::error title=failed test%3A the total is the sum of the lines less the discount,file=services\/orders\/test\/orders\.test\.js,line=23::/,
      ),
    ]);
  });

  test('pushes nothing', () => {
    for (const { test: inTest, production } of [good, bad]) {
      expect([inTest, production]).toEqual(before);
    }
  });
});
