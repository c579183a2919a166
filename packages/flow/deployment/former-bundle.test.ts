import { expect, test } from '@jest/globals';
import { describePlainSecrets } from './former-bundle.js';

function told(env: readonly object[]): readonly string[] {
  const template = { spec: { containers: [{ name: 'web', env }] } };
  return describePlainSecrets({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'catalog', namespace: 'shop' },
    spec: { template },
  });
}

test.each([
  ['a password', [{ name: 'DB_PASSWORD', value: 'hunter2' }], ['DB_PASSWORD']],
  [
    'an address with a password',
    [{ name: 'DATABASE', value: 'postgres://app:hunter2@db/shop' }],
    ['DATABASE'],
  ],
  ['a token in base64', [{ name: 'API_TOKEN', value: 'aHVudGVyMg==' }], ['API_TOKEN']],
  ['a colour', [{ name: 'COLOUR', value: 'blue' }], []],
  ['a password that is empty', [{ name: 'DB_PASSWORD', value: '' }], []],
  [
    'a password of a Secret',
    [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
    [],
  ],
])('an adopted workload that has %s in its environment', (_name, env, names) => {
  expect(told(env)).toEqual(
    names.map(
      (name) =>
        `Deployment shop/catalog has ${name} in plain text, and so has its bundle, for everybody who may read the ledger: take it from a Secret, and change it`,
    ),
  );
});
