import { beforeAll, describe, expect, test } from '@jest/globals';
import { brokenHouses } from './architecture/broken-houses.js';
import { readTree } from './architecture/read-tree.js';
import { rules } from './architecture/rules.js';
import { parseSourceTree, type SourceTree } from './architecture/source-tree.js';

let house: SourceTree;

beforeAll(async () => {
  house = await readTree();
});

describe('the house keeps its rules', () => {
  test.each(Object.entries(rules))('%s', (_name, check) => {
    expect(check(house)).toEqual([]);
  });

  test('and is not empty', () => {
    expect(house.modules.length).toBeGreaterThan(100);
    expect(house.modules.some(({ imports }) => imports.some(({ target }) => target))).toBe(true);
  });
});

describe('each rule can fail, and names what breaks it', () => {
  test.each(brokenHouses)('%s: %s', (rule, _name, files, ...messages) => {
    const tree = parseSourceTree(new Map(Object.entries(files)));

    const found = rules[rule](tree);

    if (rule === 'the top level is the plan of the house') {
      expect(found).toEqual(expect.arrayContaining(messages));
      expect(found.some((message) => message.startsWith('.github'))).toBe(false);
    } else {
      expect(found).toEqual(messages);
    }
  });

  test('there is a row for each', () => {
    const shown = brokenHouses
      .filter(([, , , ...messages]) => messages.length > 0)
      .map(([rule]) => rule);

    expect([...new Set(shown)].toSorted()).toEqual(Object.keys(rules).toSorted());
  });
});
