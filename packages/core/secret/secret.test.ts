import { expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { Secret } from './index.js';

const secret = Secret.of('hunter2');

test.each([
  ['a template', String(secret)],
  ['JSON', JSON.stringify({ password: secret })],
  ['inspect', inspect({ password: secret }, { depth: 9, showHidden: true })],
  ['a list joined', [secret].join(',')],
  ['its keys', Object.entries(secret).join(',')],
])('%s does not show it', (_name, text) => {
  expect(text).not.toContain('hunter2');
});

test('reveal gives the text', () => {
  expect(secret.reveal()).toBe('hunter2');
});
