import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import {
  services,
  startShop,
  takeShopSources,
  type RunningShop,
  type ShopSources,
} from './running-shop.js';

async function withShop(
  sources: ShopSources,
  environment: 'test' | 'production',
  work: (shop: RunningShop) => Promise<void>,
  graceMs = 100,
): Promise<void> {
  const shop = await startShop(sources, environment, graceMs);
  try {
    await work(shop);
  } finally {
    await shop.stop();
  }
}

describe('the shop', () => {
  let sources: ShopSources;

  beforeAll(async () => {
    sources = await takeShopSources([]);
    await sources.build();
  }, 120_000);

  afterAll(() => sources.remove());

  test.each(services)(
    'the tests of %s pass and leave a report',
    async (service) => {
      const { exitCode, report } = await sources.test(service);

      expect(exitCode).toBe(0);
      expect(report).toContain('<testcase ');
      expect(report).not.toContain('<failure');
    },
    120_000,
  );

  test.each([
    ['catalog', 'main_test.go', '"cents":2900'],
    ['orders', 'test/orders.test.js', 'cents: 2900'],
    ['storefront', 'tests/test_page.py', '<td>28.00'],
  ] as const)(
    'a test of %s that fails is in the report',
    async (service, file, expectation) => {
      const broken = await takeShopSources([]);
      try {
        const path = join(broken.folder, 'services', service, file);
        const text = readFileSync(path, 'utf8');
        writeFileSync(path, text.replace(expectation, `${expectation}1`));

        const { exitCode, report } = await broken.test(service);

        expect(exitCode).toBe(1);
        expect(report.match(/<failure/g)).toHaveLength(1);
      } finally {
        broken.remove();
      }
    },
    120_000,
  );

  test.each(['test', 'production'] as const)(
    'the three understand each other as %s sets them up',
    async (environment) => {
      await withShop(sources, environment, async (shop) => {
        const suite = await shop.runSuite();

        expect(suite.exitCode).toBe(0);
        expect(suite.stdout).toContain('<testsuite name="integration" tests="3" failures="0">');
        expect(suite.stdout.trimEnd().endsWith('</testsuites>')).toBe(true);
      });
    },
    60_000,
  );

  test('a service that is told to end cuts nobody off', async () => {
    const work = async (shop: RunningShop): Promise<void> => {
      const ends = await Promise.all(services.map((service) => drain(shop, service)));

      expect(ends).toEqual(services.map(() => expect.stringContaining('ended with exit code 0')));
    };

    await withShop(sources, 'test', work, 10_000);
  }, 60_000);

  test('each tells its version', async () => {
    await withShop(sources, 'test', async (shop) => {
      const versions = await Promise.all(
        services.map(async (service) => ask(`${shop.services[service].url}/version`)),
      );

      expect(versions.map(({ body }) => body)).toEqual(['1.2.3\n', '1.2.3\n', '1.2.3\n']);
    });
  }, 60_000);
});

interface Row {
  readonly changes: readonly number[];
  readonly suite: readonly string[];
  readonly total: string | undefined;
}

describe('the changes that the story tells pass the tests of orders', () => {
  test.each<[string, Row]>([
    ['1: a feature', { changes: [1], suite: ['failures="0"'], total: '57.00' }],
    [
      '2: a renamed field breaks the storefront, which only the suite sees',
      {
        changes: [1, 2],
        suite: [
          'FAILED: storefront shows the total of every order: storefront answered 502 for /orders/1: orders answered without totalCents\n',
          'failures="1"',
        ],
        total: undefined,
      },
    ],
    [
      '3: a new setting works where it was set',
      { changes: [1, 3], suite: ['failures="0"'], total: '57.00' },
    ],
    [
      '4: everything is free, which no machine finds wrong',
      { changes: [1, 4], suite: ['failures="0"'], total: '0.00' },
    ],
    [
      '4 after 3, as when the setting was added by hand',
      { changes: [1, 3, 4], suite: ['failures="0"'], total: '0.00' },
    ],
  ])(
    '%s',
    async (_name, { changes, suite, total }) => {
      const sources = await takeShopSources(changes);
      try {
        await sources.build();
        const { exitCode, report } = await sources.test('orders');
        await withShop(sources, 'test', async (shop) => {
          const result = await shop.runSuite();
          const page = await ask(`${shop.services.storefront.url}/orders/1`);

          expect({ exitCode, isReported: report.includes('<testcase ') }).toEqual({
            exitCode: 0,
            isReported: true,
          });
          expect(result.exitCode).toBe(total === undefined ? 1 : 0);
          for (const words of suite) expect(result.stdout).toContain(words);
          expect(/id="total">([^<]*)</.exec(page.body)?.[1]).toBe(total);
        });
      } finally {
        sources.remove();
      }
    },
    60_000,
  );

  test('3: production lacks the setting, and orders ends at its start', async () => {
    const sources = await takeShopSources([1, 3]);
    try {
      await sources.build();

      const shop = startShop(sources, 'production', 100);

      await expect(shop).rejects.toThrow(
        /src\/main\.js ended with exit code 3: orders: the setting ORDERS_CURRENCY is missing$/,
      );
    } finally {
      sources.remove();
    }
  }, 60_000);
});

/**
 * Tells a service to end while a client with a kept-alive connection goes on asking, until the answer says
 * that the connection ends; each must be answered with 200.
 *
 * @returns how the process ended
 */
async function drain(shop: RunningShop, service: (typeof services)[number]): Promise<string> {
  const { url, process: running } = shop.services[service];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await ask(`${url}/version`, agent);
    const stopped = running.stop();
    let answer = await ask(`${url}/version`, agent);
    while (answer.connection !== 'close') answer = await ask(`${url}/version`, agent);
    await ask(`${url}/version`, agent); // on a new connection
    await stopped;
    return await running.ended;
  } finally {
    agent.destroy();
  }
}

interface Answer {
  readonly body: string;
  readonly connection: string | undefined;
}

/** Rejects what is not answered, or not with 200 (a page that must be there) or 502 (one that cannot be made). */
async function ask(url: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: agent ?? false }, (response) => {
      const { statusCode = 0, headers } = response;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        if (statusCode === 200 || url.endsWith('/orders/1')) {
          resolve({ body, connection: headers.connection });
        } else reject(new Error(`${url} answered ${statusCode}: ${body}`));
      });
    });
    request.on('error', reject);
  });
}
