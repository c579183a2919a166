import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGitBench, type TestRepository } from '@slipway/testing/git';
import { createRecordingLogger } from '@slipway/testing/logger';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

type Texts = Readonly<Record<string, string>>;

const bench = createGitBench({ readInputs, run, report });
const { outputsOf } = bench;
afterAll(() => bench.clear());

const shop = `apiVersion: slipway/v1
services:
  orders: { paths: [services/orders, libs/money] }
  orders-api: { paths: [services/orders-api] }
`;

describe('several services', () => {
  let repository: TestRepository;
  const at: Record<string, string> = {};

  beforeAll(async () => {
    repository = await bench.open();
    const inFolder = (message: string, file: string) => ({ message, files: { [file]: message } });
    [at['orders'] = '', at['api'] = '', at['fix'] = '', at['shared'] = '', at['last'] = ''] =
      await repository.commit(
        inFolder('feat: orders', 'services/orders/a'),
        inFolder('feat: api', 'services/orders-api/a'),
        inFolder('fix: api', 'services/orders-api/b'),
        inFolder('feat: money', 'libs/money/a'),
        inFolder('docs: read me', 'README.md'),
      );
    await repository.tag('orders-v1.0.0', at['orders']);
    await repository.tag('orders-api-v2.0.0', at['fix']);
    await repository.tag('v7.0.0', at['fix']);
  });

  test('never share tags, and each counts its own commits', async () => {
    const orders = await outputsOf(repository, { service: 'orders' }, { config: shop });
    const api = await outputsOf(repository, { service: 'orders-api' }, { config: shop });

    expect(orders).toMatchObject({
      version: '1.1.0',
      'previous-version': '1.0.0',
      tag: 'orders-v1.1.0',
      changed: 'true',
      commit: at['shared'],
    });
    expect(api).toMatchObject({
      version: '2.0.0',
      tag: 'orders-api-v2.0.0',
      changed: 'false',
      commit: at['fix'],
    });
  });

  test('the matrix holds those that changed', async () => {
    const outputs = await outputsOf(repository, { all: 'true' }, { config: shop });
    const compared = await outputsOf(
      repository,
      { all: 'true', base: at['api'] ?? '' },
      { config: shop },
    );
    const nothing = await outputsOf(
      repository,
      { all: 'true', base: at['shared'] ?? '' },
      { config: shop },
    );

    const first = await outputsOf(
      repository,
      { all: 'true', base: '0'.repeat(40) },
      { config: shop },
    );

    expect(servicesOf(outputs)).toEqual(['orders 1.1.0']);
    expect(first).toEqual(outputs);
    expect(outputs).toMatchObject({ changed: 'true' });
    expect(servicesOf(compared)).toEqual(['orders 1.1.0', 'orders-api 2.0.0']);
    expect(nothing).toMatchObject({ changed: 'false', matrix: '{"include":[]}' });
  });

  test('a commit that touches none of the paths has the version that is tagged later', async () => {
    await repository.tag('orders-v1.1.0', at['last']);
    const named = await outputsOf(repository, { service: 'orders' }, { config: shop });
    await repository.commit({ message: 'docs: more', files: { 'README.md': 'more' } });

    const later = await outputsOf(repository, { service: 'orders' }, { config: shop });
    await repository.switch('release/orders/9.0.0');
    const fixed = await outputsOf(repository, { service: 'orders' }, { config: shop });
    await repository.switch('main');

    expect(fixed).toEqual(later);
    expect(named).toMatchObject({ version: '1.1.0', changed: 'true' });
    expect(later).toMatchObject({ version: '1.1.0', changed: 'false', commit: at['shared'] });
  });

  test('a merge counts for a service only what it brings to it', async () => {
    await repository.switch('both', at['last']);
    const inFolder = (message: string, file: string) => ({ message, files: { [file]: message } });
    const [, head = ''] = await repository.commit(
      inFolder('fix: orders', 'services/orders/c'),
      inFolder('feat: api', 'services/orders-api/c'),
    );
    await repository.switch('merged', at['last']);
    const files = { 'services/orders/c': 'c', 'services/orders-api/c': 'c' };
    await repository.commit({ message: 'Merge both', merges: [head], files });

    const outputs = await outputsOf(
      repository,
      { all: 'true', 'release-branches': 'merged' },
      { config: shop },
    );
    await repository.switch('main');

    expect(servicesOf(outputs)).toEqual(['orders 1.1.1', 'orders-api 2.1.0']);
  });

  test('of many each has the version that it has alone, wherever its last tag is', async () => {
    const many = await bench.open();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const config = `apiVersion: slipway/v1\nservices:\n${names.map((name) => `  ${name}: { paths: [services/${name}] }\n`).join('')}`;
    const commits = [0, 1, 2].flatMap((round) =>
      names.map((name) => ({
        message: `${round === 1 && name !== 'e' ? 'fix' : 'feat'}: ${name}`,
        files: { [`services/${name}/${round}`]: name },
      })),
    );
    const [begin = '', ...made] = await many.commit({ message: 'chore: begin' }, ...commits);
    // the last service has its tag at the first round, one has none, and the others have theirs in between
    for (const [index, name] of names.entries()) {
      const round = name === 'f' ? 0 : 1;
      if (name !== 'e') await many.tag(`${name}-v1.${index}.0`, made[round * names.length + index]);
    }

    const outputs = await outputsOf(many, { all: 'true', base: begin }, { config });

    const alone = await Promise.all(
      names.map(async (service) => {
        const { version = '' } = await outputsOf(many, { service }, { config });
        return `${service} ${version}`;
      }),
    );
    expect(servicesOf(outputs)).toEqual(alone);
    expect(alone).toEqual(['a 1.1.0', 'b 1.2.0', 'c 1.3.0', 'd 1.4.0', 'e 0.3.0', 'f 1.6.0']);
  });

  test('a service that is new on a branch has a prerelease of its first version', async () => {
    const config = `${shop}  catalog: { paths: [services/catalog] }\n`;
    await repository.switch('catalog');
    await repository.commit({ message: 'feat: catalog', files: { 'services/catalog/a': 'a' } });

    const outputs = await outputsOf(repository, { service: 'catalog' }, { config });
    await repository.switch('main');

    expect(outputs['version']).toMatch(/^0\.1\.0-catalog\.1\./);
    expect(outputs).toMatchObject({ 'previous-version': '', level: 'minor', changed: 'true' });
  });

  test('a service that no commit touches is left out of all, and told', async () => {
    const config = shop.replace('services/orders-api', 'services/typo');
    const logger = createRecordingLogger();
    const inputs = { all: 'true', base: at['api'] ?? '' };

    const outputs = await outputsOf(repository, inputs, { config, runtime: { logger } });

    expect(servicesOf(outputs)).toEqual(['orders 1.1.0']);
    expect(logger.lines).toContain(
      '[warning] there is nothing to version: no commit of orders-api touches services/typo; it is left out',
    );
  });

  test('a service that no commit touches is refused', async () => {
    const config = shop.replace('services/orders-api', 'services/typo');
    const inputs = { service: 'orders-api' };

    await expect(outputsOf(repository, inputs, { config })).rejects.toMatchObject({
      code: 'no-version',
      message: 'there is nothing to version: no commit of orders-api touches services/typo',
    });
  });

  test('a base that is not there is refused', async () => {
    const base = 'f'.repeat(40);

    await expect(
      outputsOf(repository, { all: 'true', base }, { config: shop }),
    ).rejects.toMatchObject({
      code: 'history-incomplete',
      message: `the commit to compare with, ${base}, is not in this clone`,
    });
  });
});

function servicesOf(outputs: Texts): readonly string[] {
  const matrix = JSON.parse(outputs['matrix'] ?? '') as {
    include: { service: string; version: string }[];
  };
  return matrix.include.map(({ service, version }) => `${service} ${version}`);
}
