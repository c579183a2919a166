import { expect, test } from '@jest/globals';
import { parseScopes } from './token.js';

const pull = (name: string) => ({ type: 'repository', name, actions: ['pull'] });

test.each([
  ['none', [], []],
  ['one', ['repository:a/b:pull'], [pull('a/b')]],
  ['two parameters', ['repository:a:pull', 'repository:b:pull'], [pull('a'), pull('b')]],
  ['two in one parameter', ['repository:a:pull repository:b:pull'], [pull('a'), pull('b')]],
  ['two actions', ['repository:a:pull,push'], [{ ...pull('a'), actions: ['pull', 'push'] }]],
  ['another type', ['registry:catalog:*'], [{ type: 'registry', name: 'catalog', actions: ['*'] }]],
  ['what is none', ['nonsense'], []],
])('parseScopes of %s', (_name, texts, expected) => {
  expect(parseScopes(texts)).toEqual(expected);
});
