import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { formatDiffSection } from './format-diff.js';
import { asAskedFor, diffObject } from './object-diff.js';

function configMap(data: Readonly<Record<string, string>>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' }, data };
}

function diff(before: KubernetesObject | undefined, after: KubernetesObject | undefined) {
  return diffObject(before, after, ['live', 'planned']);
}

describe('diffObject', () => {
  test('shows what changes, with its surroundings', () => {
    expect(diff(configMap({ size: '1' }), configMap({ size: '2' }))).toEqual({
      object: 'ConfigMap shop/a',
      change: 'changed',
      patch: [
        '--- ConfigMap shop/a\tlive',
        '+++ ConfigMap shop/a\tplanned',
        '@@ -1,7 +1,7 @@',
        ' apiVersion: v1',
        ' data:',
        "-  size: '1'",
        "+  size: '2'",
        ' kind: ConfigMap',
        ' metadata:',
        '   name: a',
        '   namespace: shop',
        '',
      ].join('\n'),
    });
  });

  test.each([
    ['added', undefined, configMap({})],
    ['removed', configMap({}), undefined],
  ] as const)('what is %s is there whole', (change, before, after) => {
    const sign = change === 'added' ? '+' : '-';

    const found = diff(before, after);

    expect(found?.change).toBe(change);
    expect(found?.patch).toContain(`\n${sign}kind: ConfigMap\n`);
  });

  test('what is the same is no difference', () => {
    expect(diff(configMap({ size: '1' }), configMap({ size: '1' }))).toBeUndefined();
  });

  test.each<[string, (value: string) => KubernetesObject]>([
    ['a key that says that it is secret', (value) => configMap({ 'api-key': value })],
    ['a text of several lines', (value) => configMap({ password: `one\n${value}\nthree` })],
    [
      'a variable that says that it is secret',
      (value) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [{ name: 'a', env: [{ name: 'DB_PASSWORD', value }] }] },
      }),
    ],
    [
      'a flag on a command line',
      (value) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [{ name: 'a', args: ['--db-password', value, '--verbose'] }] },
      }),
    ],
    [
      'an annotation that says that it is secret',
      (value) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a', annotations: { token: value } },
      }),
    ],
    [
      'a Secret',
      (value) => ({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'a', annotations: { note: value } },
        stringData: { plain: value },
      }),
    ],
  ])('the value of %s is never shown, and that it changes is', (_name, object) => {
    const added = diff(undefined, object('hunter2'))?.patch;
    const changed = diff(object('hunter2'), object('hunter3'))?.patch;

    expect(added).not.toContain('hunter2');
    expect(changed).toMatch(/^# .*a: values that look like secrets change\n$/);
  });

  test('what only names a Secret is shown', () => {
    const use = (secretName: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { volumes: [{ name: 'v', secret: { secretName } }] },
    });

    expect(diff(use('old'), use('new'))?.change).toBe('changed');
    expect(diff(use('old'), use('new'))?.patch).toContain('+        secretName: new');
  });

  test('what changes in thousands of places is only told', () => {
    const many = (word: string): KubernetesObject =>
      configMap(
        Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`k${i}`, `${word}${i}`])),
      );

    expect(diff(many('a'), many('b'))?.patch).toBe(
      '# ConfigMap shop/a: it changes in too many places\n',
    );
  });
});

test('of a live object only what somebody asked for is compared', () => {
  const live: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'a',
      uid: 'u',
      resourceVersion: '7',
      managedFields: [
        {
          manager: 'slipway',
          operation: 'Apply',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:data': { 'f:asked': {} } },
        },
      ],
    },
    data: { asked: '1', filledIn: '2' },
    status: { seen: true },
  };

  expect(asAskedFor(live)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { asked: '1' },
  });
});

test('the section of a summary is cut, and says where the rest is', () => {
  const changes = [{ object: 'ConfigMap shop/a', change: 'added' } as const];

  const section = formatDiffSection('Difference', { text: 'x'.repeat(70_000), changes }).join('\n');

  expect(section.length).toBeLessThan(61_000);
  expect(section).toContain('| ConfigMap shop/a | added |');
  expect(section).toContain('The rest is in the file of the output `diff`.');
});
