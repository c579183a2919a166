import { describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { SlipwayError } from '@slipway/core/errors';
import { parseManifests } from '@slipway/core/manifest';
import type { Rendered } from '@slipway/io/render';
import { refuseChartSecrets, takeOutSecrets } from './take-out-secrets.js';

const value = 'correct horse battery';
const encoded = Buffer.from(value).toString('base64');

const settings = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings } }\n';
const secret = `# ${value}
apiVersion: v1
kind: Secret
metadata: { name: database, namespace: shop, annotations: { note: "${value}" } }
type: Opaque
data: { token: ${encoded} }
stringData: { password: "${value}", user: "" }
`;

function rendered(files: Readonly<Record<string, string>>, objects = ''): Rendered {
  const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  const all = objects === '' ? Object.values(files).join('\n---\n') : objects;
  return { objects: parseManifests(all, 'all'), sources };
}

function refusal(work: () => unknown): SlipwayError {
  try {
    work();
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'secret-refused') {
      expect(JSON.stringify([error.message, error.problems])).not.toContain(value);
      return error;
    }
    throw error;
  }
  throw new Error('not refused');
}

function textOf({ sources }: Rendered): string {
  return sources.map(({ bytes }) => Buffer.from(bytes).toString('utf8')).join('\n');
}

describe('refuse', () => {
  test('lists every Secret, also those that are only beside the manifests', () => {
    const files = {
      'secret.yaml': secret,
      'settings.yaml': settings,
      'old/tls.yaml': secret.replace('database', 'tls'),
    };

    const error = refusal(() =>
      takeOutSecrets(rendered(files, `${secret}---\n${settings}`), 'refuse'),
    );

    expect(error.message).toBe(
      'the manifests hold values of Secret shop/database, Secret tls (in old/tls.yaml)',
    );
  });

  test('a Secret without values, and one in a list', () => {
    const list = `{ apiVersion: v1, kind: List, items: [{ apiVersion: v1, kind: Secret, metadata: { name: a }, stringData: { a: b } }] }`;
    const files = {
      'a.yaml': list,
      'b.yaml': '{ apiVersion: v1, kind: Secret, metadata: { name: b } }',
    };

    const error = refusal(() => takeOutSecrets(rendered(files), 'refuse'));

    expect(error.message).toBe('the manifests hold values of Secret a, Secret b');
  });

  test('a kind of the same name of somebody else is none', () => {
    const files = {
      'a.yaml':
        '{ apiVersion: example.io/v1, kind: Secret, metadata: { name: a }, data: { a: b } }',
    };

    expect(takeOutSecrets(rendered(files), 'refuse').objects).toHaveLength(1);
  });
});

describe('create-once', () => {
  test('the values stay out of objects and sources, comments beside them too; the keys stay', () => {
    const taken = takeOutSecrets(
      rendered({
        'all.yaml': `${settings}---\n${secret}`,
        'settings.yaml': settings.replace('settings', 'more'),
      }),
      'create-once',
    );

    expect(taken.objects.map(({ metadata }) => metadata.name)).toEqual(['settings', 'more']);
    expect(textOf(taken)).not.toContain(value);
    expect(textOf(taken)).not.toContain(encoded);
    expect(Buffer.from(taken.sources[1]?.bytes ?? []).toString()).toBe(
      settings.replace('settings', 'more'),
    );
    expect(taken.secrets.map(({ outline }) => outline)).toEqual([
      { name: 'database', namespace: 'shop', type: 'Opaque', keys: ['password', 'token', 'user'] },
    ]);
  });

  test('from such sources the same comes out again, with nothing to create', () => {
    const taken = takeOutSecrets(
      rendered({ 'all.yaml': `${settings}---\n${secret}` }),
      'create-once',
    );

    const again = takeOutSecrets(rendered({ 'all.yaml': textOf(taken) }), 'create-once');

    expect(again.objects).toEqual(taken.objects);
    expect(textOf(again)).toBe(textOf(taken));
    expect(again.secrets.map(({ outline }) => outline)).toEqual(
      taken.secrets.map(({ outline }) => outline),
    );
  });

  test.each([
    [
      'a list',
      '{ apiVersion: v1, kind: List, items: [{ apiVersion: v1, kind: Secret, metadata: { name: a }, stringData: { a: VALUE } }] }',
    ],
    [
      'a list of Secrets',
      '{ apiVersion: v1, kind: SecretList, items: [{ metadata: { name: a }, stringData: { a: VALUE } }] }',
    ],
  ])('the values of %s', (_name, text) => {
    const taken = takeOutSecrets(
      rendered({ 'a.yaml': text.replace('VALUE', value) }),
      'create-once',
    );

    const again = takeOutSecrets(rendered({ 'a.yaml': textOf(taken) }), 'create-once');
    expect(textOf(taken)).not.toContain(value);
    expect(again.secrets.map(({ outline }) => outline)).toEqual([
      { name: 'a', type: 'Opaque', keys: ['a'] },
    ]);
  });

  test('a number is a value as well, and JSON stays JSON', () => {
    const json = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pin' },
      stringData: { pin: 1234 },
    });

    const taken = takeOutSecrets(rendered({ 'pin.json': json }), 'create-once');

    expect(JSON.parse(textOf(taken))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pin' },
      stringData: { pin: '' },
    });
  });

  test('what prints a Secret prints its outline', () => {
    const { secrets } = takeOutSecrets(rendered({ 'a.yaml': secret }), 'create-once');

    expect(
      JSON.stringify(secrets) + inspect(secrets, { depth: 9, showHidden: true }),
    ).not.toContain(value);
    expect(secrets[0]?.reveal()['stringData']).toMatchObject({ password: value });
  });

  test.each([
    [
      'a generated Secret, whose name carries a hash',
      {
        'kustomization.yaml': `secretGenerator: [{ name: database, literals: ["password=${value}"] }]`,
      },
      'kustomization.yaml: it generates the Secret database, whose name carries a hash of its values',
    ],
    [
      'a patch in a text',
      {
        'kustomization.yaml': `patches: [{ patch: '{ kind: Secret, metadata: { name: a }, stringData: { a: "${value}" } }' }]`,
      },
      'kustomization.yaml: it patches a Secret in place',
    ],
    [
      'a patch with Secrets as its target',
      { 'kustomization.yaml': `patches: [{ target: { kind: Secret }, path: p.json }]` },
      'kustomization.yaml: it patches a Secret in place',
    ],
  ])('%s is refused', (_name, files, sentence) => {
    const error = refusal(() => takeOutSecrets(rendered(files, settings), 'create-once'));

    expect(error.message).toBe(`values of Secrets cannot be kept out of the bundle: ${sentence}`);
  });

  test('a value that stands elsewhere is refused', () => {
    const copy = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: copy }\ndata: { copy: "${value}" }\n`;

    const error = refusal(() =>
      takeOutSecrets(rendered({ 'a.yaml': secret, 'b.yaml': copy }), 'create-once'),
    );

    expect(error.message).toBe(
      'values of Secrets stand in other places as well, which go into the bundle: Secret shop/database in b.yaml, Secret shop/database in the rendered manifests',
    );
  });

  test('a packed chart among the sources, which cannot be searched', () => {
    const files = rendered({ 'chart/charts/cache-1.4.0.tgz': '' }, secret);

    const error = refusal(() => takeOutSecrets(files, 'create-once'));

    expect(error.message).toBe(
      'values of Secrets may stand in what is packed: chart/charts/cache-1.4.0.tgz',
    );
  });

  test('in base64, in a file that is no manifest', () => {
    const files = { 'a.yaml': secret, 'settings.env': `TOKEN=${encoded}` };

    const error = refusal(() => takeOutSecrets(rendered(files, secret), 'create-once'));

    expect(error.message).toMatch(/Secret shop\/database in settings\.env$/);
  });
});

test('a Secret that a chart makes is refused: its sources hold the value', () => {
  const { objects } = rendered({ 'all.yaml': `${secret}---\n${settings}` });

  const error = refusal(() => refuseChartSecrets(objects));

  expect(error.message).toBe(
    'the chart makes Secret shop/database, whose values would go into the bundle with the sources of the chart',
  );
  expect(() => refuseChartSecrets(rendered({ 'settings.yaml': settings }).objects)).not.toThrow();
});
