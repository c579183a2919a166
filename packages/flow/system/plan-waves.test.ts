import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { planWaves, refuseMissing, type DependentService } from './plan-waves.js';

/** `orders: catalog prices`, a line for each service. */
function parseServices(...lines: readonly string[]): readonly DependentService[] {
  return lines.map((line) => {
    const [name = '', needs = ''] = line.split(': ');
    return { name, dependsOn: needs.split(' ').filter((needed) => needed !== '') };
  });
}

function catchError(work: () => unknown): SlipwayError | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  return undefined;
}

describe('planWaves', () => {
  test.each([
    ['no services', [], []],
    ['services that need nothing: one wave, by name', ['web', 'catalog'], [['catalog', 'web']]],
    ['a chain', ['c: b', 'b: a', 'a'], [['a'], ['b'], ['c']]],
    ['a diamond', ['d: b c', 'c: a', 'b: a', 'a'], [['a'], ['b', 'c'], ['d']]],
    ['a short cut does not make it earlier', ['c: a b', 'b: a', 'a'], [['a'], ['b'], ['c']]],
    ['a need from outside is not waited for', ['orders: catalog', 'web'], [['orders', 'web']]],
  ])('%s', (_name, lines, waves) => {
    expect(planWaves(parseServices(...lines))).toEqual(waves);
  });

  test.each([
    ['itself', ['a: a'], 'a → a'],
    ['each other', ['b: a', 'a: b'], 'a → b → a'],
    ['three, behind one that is no part of it', ['a: b', 'b: c', 'c: d', 'd: b'], 'b → c → d → b'],
    ['beside services that have an order', ['x', 'y: x', 'b: a x', 'a: x b'], 'a → b → a'],
  ])('a cycle is named: %s', (_name, lines, cycle) => {
    const error = catchError(() => planWaves(parseServices(...lines)));

    expect(error?.code).toBe('invalid-input');
    expect(error?.problems).toMatchObject([
      {
        subject: 'depends-on',
        given: cycle,
        expected: 'services that can be started one after another; these need each other',
      },
    ]);
  });
});

describe('refuseMissing', () => {
  const live = (...names: readonly string[]): ((name: string) => boolean) => {
    return (name) => names.includes(name);
  };

  test.each([
    ['everything is on its way', ['orders: catalog', 'catalog'], live()],
    ['what is not is live there', ['orders: catalog prices', 'catalog'], live('prices')],
  ])('lets pass: %s', (_name, lines, isLive) => {
    expect(catchError(() => refuseMissing(parseServices(...lines), 'standby', isLive))).toBe(
      undefined,
    );
  });

  test.each([
    ['one', ['orders: catalog'], 'orders needs catalog, which is not live in standby'],
    [
      'one that two need',
      ['web: catalog', 'orders: catalog'],
      'orders and web need catalog, which is not live in standby',
    ],
    [
      'two',
      ['orders: prices catalog'],
      'orders needs catalog, which is not live in standby; orders needs prices, which is not live in standby',
    ],
  ])('refuses: %s', (_name, lines, sentence) => {
    const error = catchError(() => refuseMissing(parseServices(...lines), 'standby', live('web')));

    expect(error?.code).toBe('dependency-missing');
    expect(error?.message).toBe(sentence);
  });
});
