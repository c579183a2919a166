import { describe, expect, test } from '@jest/globals';
import { parsePartName, partFolder, readPartsLeftOut } from './index.js';

describe('parsePartName', () => {
  test.each([
    'registry:candidates',
    'registry:production',
    'cluster:test',
    'cluster:eu-2',
    'engine:docker',
    'engine:buildah',
  ])('takes %s', (name) => {
    expect(parsePartName(name)).toBe(name);
  });

  test.each([
    'registry:other',
    'cluster:',
    'engine:test',
    'cluster:Test',
    'cluster:-a',
    `cluster:${'a'.repeat(21)}`,
  ])('refuses %s', (name) => {
    expect(() => parsePartName(name)).toThrow(`${name} is no part of the lab: expected`);
  });
});

test.each([
  ['nothing', undefined, []],
  ['an empty list', '', []],
  ['two parts', 'cluster:test, registry:production', ['cluster:test', 'registry:production']],
])('LAB_WITHOUT with %s', (_name, list, expected) => {
  expect(readPartsLeftOut(list)).toEqual(expected);
});

test('a part has a folder of its own', () => {
  expect(partFolder('/lab', 'cluster:eu-2')).toBe('/lab/parts/cluster-eu-2');
});
