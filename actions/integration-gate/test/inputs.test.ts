import { describe, expect, test } from '@jest/globals';
import { digestOf } from '@slipway/core/image-ref';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import { planRun, planVerify } from '../src/plan.js';

const digest = digestOf('a'.repeat(64));
const candidate = `registry.example.com/team/orders@${digest}`;
const inputs = { service: 'orders', environment: 'test', candidate };
const files = {
  '.github/slipway.yml': `
apiVersion: slipway/v1
services:
  orders:
    image: registry.example.com/team/orders
    integration: { suite: integration/suite.yaml }
  catalog: { image: registry.example.com/team/catalog }
environments:
  test: { namespace: shop }`,
};

describe('what is tested, and by what', () => {
  test('the suite and the services of the configuration, against what is related', () => {
    const read = readWith(readInputs, inputs, files);

    expect(read).toMatchObject({
      mode: 'run',
      suite: { kind: 'manifest', file: 'integration/suite.yaml' },
      neighbours: 'related',
      neighbourDrift: 'report',
      timeoutMs: 900_000,
      isDryRun: false,
      candidate: { digest },
    });
    expect([...read.system.services.keys()]).toEqual(['orders', 'catalog']);
  });

  test('the services of system.yml', () => {
    const system = 'apiVersion: slipway/v1\nsystem: shop\nservices: { prices: {} }';

    const read = readWith(
      readInputs,
      { ...inputs, system: 'system.yml', neighbours: 'prices' },
      { ...files, 'system.yml': system },
    );

    expect(read.neighbours).toEqual(['prices']);
    expect([...read.system.services.keys()]).toEqual(['prices']);
  });

  test('an image in place of the manifest', () => {
    const given = { ...inputs, 'suite-image': 'r.example.com/suite:1', run: 'make test' };

    const read = readWith(readInputs, given, files);

    expect(read.suite).toEqual({
      kind: 'image',
      image: 'r.example.com/suite:1',
      lines: 'make test',
    });
    expect(planRun(read, [])).toMatchObject({
      suiteName: 'r.example.com/suite:1',
      namespace: 'shop',
      job: { kind: 'Job', metadata: { name: 'integration' } },
    });
  });

  test('nothing to be run where only evidence is asked for', () => {
    const own = candidate.replace('orders', 'catalog');
    const service = { ...inputs, service: 'catalog', candidate: own };
    const given = { ...service, mode: 'verify', 'max-age': '1h' };

    const read = readWith(readInputs, given, files);

    expect(read.suite).toBeUndefined();
    expect(planVerify(read)).toMatchObject({ maxAgeMs: 3_600_000, neighbourDrift: 'report' });
  });
});

test('evidence about an image of another service says nothing about this one', () => {
  const read = readWith(readInputs, { ...inputs, service: 'catalog', mode: 'verify' }, files);

  expect(() => planVerify(read)).toThrow('1 problem in what was given');
});

test.each<[string, Record<string, string>, readonly (readonly [string, string | undefined])[]]>([
  [
    'everything that is wrong',
    {
      mode: 'test',
      candidate: 'registry.example.com/team/orders:1.0.0',
      'suite-image': 'No/Image',
      'suite-images': 'suite=r.example.com/suite@sha256:1',
      neighbours: 'Catalog',
      'neighbour-drift': 'ignore',
      'max-age': '1 day',
      timeout: '0s',
      'dry-run': 'yes',
      isolation: 'overlay',
    },
    [
      ['mode', 'test'],
      ['suite-image', 'No/Image'],
      ['neighbours', 'Catalog'],
      ['max-age', '1 day'],
      ['candidate', 'registry.example.com/team/orders:1.0.0'],
      ['suite-images', 'sha256:1'],
      ['neighbour-drift', 'ignore'],
      ['timeout', '0s'],
      ['dry-run', 'yes'],
      ['isolation', undefined],
    ],
  ],
  ['no suite', { service: 'catalog' }, [['suite', undefined]]],
  ['two suites', { suite: 'a.yaml', 'suite-image': 'r.example.com/suite' }, [['suite', 'a.yaml']]],
  ['lines without an image', { run: 'make test' }, [['run', 'make test']]],
  [
    'neighbours that nobody knows',
    { neighbours: 'catalog, mail, orders' },
    [
      ['neighbours', 'mail'],
      ['neighbours', 'orders'],
    ],
  ],
])('%s', (_name, more, expected) => {
  const problems = listProblems(readInputs, { ...inputs, ...more }, files);

  expect(problems.map(({ subject, given }) => [subject, given])).toEqual(expected);
});
