import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { canonicalJson } from '@slipway/core/canonical-json';
import { parseBundleConfig, parseEvent } from '@slipway/core/release';
import { forEachTrial, mutateJson } from '@slipway/testing/fuzz';
import { bundleOf, everyEvent, imageOf } from '@slipway/testing/release';
import { root } from './docs/root.js';

function compile(name: string): ValidateFunction {
  const schema = JSON.parse(readFileSync(join(root, 'docs', name), 'utf8')) as object;
  return new Ajv().compile(schema);
}

function isRead(read: (text: string) => unknown, text: string): boolean {
  try {
    read(text);
    return true;
  } catch {
    return false;
  }
}

/** A value with one field, somewhere in it, left out or exchanged. */
function damage(value: unknown): readonly unknown[] {
  const wrong = [null, true, 0, -1, 1.5, '', 'x', [], {}, [null], { moon: 'full' }];
  if (typeof value !== 'object' || value === null) return wrong;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return [
      ...wrong,
      ...items.flatMap((item, index) => damage(item).map((other) => items.with(index, other))),
    ];
  }
  return [
    ...wrong,
    ...Object.entries(value).flatMap(([name, inner]) => [
      Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)),
      ...damage(inner).map((other) => ({ ...value, [name]: other })),
    ]),
  ];
}

const bundle = {
  service: 'catalog',
  environment: 'test',
  namespace: 'shop',
  version: '1.4.0',
  commit: 'c0ffee',
  source: 'https://github.com/shop/catalog',
  createdAt: '2026-01-01T00:00:00Z',
  images: [{ name: 'catalog', reference: imageOf('1.4.0') }],
  dependsOn: ['prices'],
  migration: 'expand',
  verification: {
    smokeTest: { service: 'catalog', port: '80', path: '/healthz', timeoutMs: 30_000 },
    soakMs: 0,
  },
  strategy: 'rolling',
};

/** Who reads a ledger by the schema and who reads it with our code see the same. */
describe.each<[string, (text: string) => unknown, readonly unknown[]]>([
  ['event.schema.json', (text) => parseEvent(text, 'test'), everyEvent],
  ['bundle.schema.json', parseBundleConfig, [bundle, { ...bundle, moon: bundleOf('moon') }]],
])('docs/%s agrees with the code', (file, read, samples) => {
  const validate = compile(file);

  test('on everything that is written', () => {
    const refused = samples.filter(
      (sample) => !validate(sample) || !isRead(read, canonicalJson(sample)),
    );

    expect(refused).toEqual([]);
  });

  test('on every field that is missing or is something else', () => {
    const bad = samples.flatMap(damage);
    const verdicts = bad.map((value) => [validate(value), isRead(read, JSON.stringify(value))]);

    expect(bad.filter((_value, index) => verdicts[index]?.[0] !== verdicts[index]?.[1])).toEqual(
      [],
    );
    expect(verdicts.filter(([isValid]) => isValid === false).length).toBeGreaterThan(100);
    expect(verdicts.filter(([isValid]) => isValid === true).length).toBeGreaterThan(10);
  });

  test('on whatever else JSON can be', async () => {
    await forEachTrial((choose) => {
      const text = mutateJson(choose.of(samples), choose, choose.of([0.01, 0.06]));

      const isValid = isRead((json) => JSON.parse(json), text) && validate(JSON.parse(text));
      expect([text, isRead(read, text)]).toEqual([text, isValid]);
    });
  });
});
