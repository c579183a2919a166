import { describe, expect, test } from '@jest/globals';
import { bundleOf, draft, good, type Step } from '@slipway/testing/release';
import {
  ChainCheck,
  checkChain,
  emptyState,
  foldEvent,
  formatEventTag,
  type BreakKind,
  type BrokenChain,
  type ChainLink,
  type KnownPosition,
  type LedgerEvent,
} from './index.js';

describe('checkChain', () => {
  function link(steps: readonly Step[]): ChainLink[] {
    const links: ChainLink[] = [];
    let state = emptyState;
    for (const [index, step] of steps.entries()) {
      const next = foldEvent(state, draft(step));
      if (typeof next === 'string') throw new Error(next);
      state = next;
      const previous = links.at(-1)?.digest;
      const event: LedgerEvent = {
        ...draft(step),
        sequence: index + 1,
        ...(previous === undefined ? {} : { previous }),
        actor: 'ada',
        run: { repository: 'shop/catalog', id: '1', attempt: 1, url: '' },
        lease: { clusterUid: 'c', leaseUid: 'l', transitions: index },
        state,
      };
      links.push({ tag: formatEventTag('test', index + 1), digest: bundleOf(`e${index}`), event });
    }
    return links;
  }
  const whole = link(good(1, '1.0.0', 0));

  function alter(index: number, change: Partial<LedgerEvent>): ChainLink {
    const link = whole[index];
    if (link === undefined) throw new Error(`there is no event ${index + 1}`);
    return { ...link, event: { ...link.event, ...change } };
  }

  test('a whole chain', () => {
    expect(checkChain('test', whole)).toMatchObject({ isWhole: true, length: 4 });
  });

  test('an event of a kind that a later version writes is taken by its own state', () => {
    const last = whole.at(-1);
    if (last === undefined) throw new Error('no events');
    const state = { ...last.event.state, moon: { phase: 'full' } };
    const event = { ...last.event, kind: 'eclipse', sequence: 5, previous: last.digest, state };
    const chain = [...whole, { tag: 'test.00000005', digest: bundleOf('e4'), event }];

    expect(checkChain('test', chain)).toMatchObject({ isWhole: true, state: { moon: {} } });
  });

  test.each<[string, readonly ChainLink[], Omit<BrokenChain, 'isWhole'>]>([
    [
      'two in each other’s place',
      swap(whole, 1, 2),
      broken(1, 're-ordered', 2, 'event 3 stands in the place of event 2'),
    ],
    [
      'truncated at its beginning',
      whole.slice(1),
      broken(0, 'truncated', 1, 'event 1 is missing, but events after it are there'),
    ],
    [
      'truncated in the middle',
      whole.toSpliced(2, 1),
      broken(2, 'truncated', 3, 'event 3 is missing, but events after it are there'),
    ],
    [
      'forked: the next one goes on from another event',
      fork(whole),
      broken(
        2,
        'forked',
        3,
        `it follows ${bundleOf('e1')}, but before it stands ${bundleOf('fork')}, by another writer`,
      ),
    ],
    [
      'with an event that was changed after the next was written',
      whole.with(1, { ...alter(1, { actor: 'eve' }), digest: bundleOf('x') }),
      broken(
        2,
        'tampered',
        2,
        `it is ${bundleOf('x')}, but the event after it follows ${bundleOf('e1')}: it was changed since`,
      ),
    ],
    [
      'with an event that names none before it',
      whole.with(2, unlink(alter(2, {}))),
      broken(2, 'tampered', 3, `it follows nothing, but before it stands ${bundleOf('e1')}`),
    ],
    [
      'with a first event that follows another',
      whole.with(0, alter(0, { previous: bundleOf('x') })),
      broken(0, 'tampered', 1, `it follows ${bundleOf('x')}, but before it stands nothing`),
    ],
    [
      'with a state that is not the fold',
      whole.with(3, alter(3, { state: emptyState })),
      broken(3, 'tampered', 4, 'its state is not what the events up to it come to'),
    ],
    [
      'with an event that is not legal',
      whole.with(1, alter(1, { kind: 'known-good' })),
      broken(
        1,
        'tampered',
        2,
        'it is not legal here: known-good of test.00000001, which is started',
      ),
    ],
    [
      'written after the Lease was lost',
      whole.with(2, alter(2, { lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 } })),
      broken(2, 'forked', 3, 'it was written by a holder of the Lease who had already lost it'),
    ],
  ])('%s', (_name, links, expected) => {
    expect(checkChain('test', links)).toEqual({ isWhole: false, ...expected });
  });

  describe('against what others know of it', () => {
    const acknowledged = { digest: bundleOf('e3'), witness: 'the Lease acknowledged' };

    test('a position in it', () => {
      const known = [{ ...acknowledged, sequence: 4 }];

      expect(checkChain('test', whole, known)).toMatchObject({ isWhole: true });
    });

    test.each<[string, KnownPosition, Omit<BrokenChain, 'isWhole'>]>([
      [
        'shorter than was acknowledged',
        { ...acknowledged, sequence: 6 },
        broken(4, 'truncated', 5, 'the ledger ends at event 4, but the Lease acknowledged event 6'),
      ],
      [
        'the last event changed: what was acknowledged is by the same writer',
        { ...acknowledged, digest: bundleOf('x'), sequence: 4, event: alter(3, {}).event },
        broken(
          3,
          'tampered',
          4,
          `it is ${bundleOf('e3')}, but the Lease acknowledged ${bundleOf('x')} in its place`,
        ),
      ],
      [
        'the last event forked: what was acknowledged is by another writer',
        {
          ...acknowledged,
          digest: bundleOf('x'),
          sequence: 4,
          event: alter(3, { lease: { clusterUid: 'c', leaseUid: 'l', transitions: 9 } }).event,
        },
        broken(
          3,
          'forked',
          4,
          `it is ${bundleOf('e3')}, but the Lease acknowledged ${bundleOf('x')} in its place`,
        ),
      ],
      [
        'another event in the place of an acknowledged one that is gone',
        { ...acknowledged, digest: bundleOf('x'), sequence: 2 },
        broken(
          1,
          'forked',
          2,
          `it is ${bundleOf('e1')}, but the Lease acknowledged ${bundleOf('x')} in its place`,
        ),
      ],
    ])('%s', (_name, known, expected) => {
      expect(checkChain('test', whole, [known])).toEqual({ isWhole: false, ...expected });
    });
  });

  test('what was found broken or missing ends the check with its reason', () => {
    const reason = { kind: 'foreign', tag: 'test.00000001', sentence: 'not ours' } as const;

    expect(new ChainCheck('test').add({ state: 'broken', reason })).toEqual({
      isWhole: false,
      length: 0,
      ...reason,
    });
    expect(new ChainCheck('test').add({ state: 'missing', tag: 'test.00000001' })).toMatchObject({
      kind: 'truncated',
      tag: 'test.00000001',
    });
  });

  function broken(
    length: number,
    kind: BreakKind,
    sequence: number,
    sentence: string,
  ): Omit<BrokenChain, 'isWhole'> {
    return { length, kind, tag: formatEventTag('test', sequence), sentence };
  }

  function swap(links: readonly ChainLink[], one: number, other: number): readonly ChainLink[] {
    return links.map((link, index) => {
      const from = index === one ? links[other] : index === other ? links[one] : link;
      return { ...(from ?? link), tag: link.tag };
    });
  }

  /** Another writer’s event in the place of the second. */
  function fork(links: readonly ChainLink[]): readonly ChainLink[] {
    const [first, second] = links;
    if (first === undefined || second === undefined) throw new Error('too short');
    const step = ['failed', 1, '1.0.0', 0] as const;
    const state = foldEvent(first.event.state, draft(step));
    if (typeof state === 'string') throw new Error(state);
    const event = { ...second.event, ...draft(step), state };
    return links.with(1, { ...second, digest: bundleOf('fork'), event });
  }

  function unlink(link: ChainLink): ChainLink {
    const { previous, ...event } = link.event;
    return { ...link, event };
  }
});
