import { expect, test } from '@jest/globals';
import { formatRepository } from '@slipway/core/image-ref';
import { resolveLedgerRepository } from '@slipway/flow/ledger';
import { readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import { planInputs } from '../src/plan.js';

const digest = `sha256:${'a'.repeat(64)}`;
const images = `r.example.com/shop/sidecar@${digest}, r.example.com/shop/orders@${digest}`;
const given = { service: 'orders', environment: 'test', namespace: 'shop', manifests: 'a', images };
const config = `apiVersion: slipway/v1
services: { orders: { image: r.example.com/shop/orders } }
`;

test.each([
  ['the first image', {}, {}, 'r.example.com/shop/sidecar-ledger'],
  [
    'the service’s image',
    {},
    { '.github/slipway.yml': config },
    'r.example.com/shop/orders-ledger',
  ],
  ['the input image', { image: 'r.example.com/x/y' }, {}, 'r.example.com/x/y-ledger'],
  [
    'the template',
    { ledger: 'r.example.com/ledgers/{service}' },
    {},
    'r.example.com/ledgers/orders',
  ],
])('the ledger is named by %s', (_name, more, files, repository) => {
  const inputs = readWith(readInputs, { ...given, ...more }, files);

  expect(formatRepository(resolveLedgerRepository(planInputs(inputs, '/workspace').place))).toBe(
    repository,
  );
});
