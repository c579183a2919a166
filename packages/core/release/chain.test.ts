import { describe, expect, test } from '@jest/globals';
import { bundleOf, draft, good, type Step } from '@slipway/testing/release';
import {
  checkChain,
  emptyState,
  foldEvent,
  formatEventTag,
  type ChainLink,
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

  function alter(index: number, change: Partial<LedgerEvent>): ChainLink[] {
    return whole.map((each, at) =>
      at === index ? { ...each, event: { ...each.event, ...change } } : each,
    );
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

  test.each<[string, readonly ChainLink[], string, string]>([
    ['out of order', whole.toReversed(), 'test.00000004', 'event 4 stands in the place of event 1'],
    [
      'truncated at its beginning',
      whole.slice(1),
      'test.00000002',
      'event 2 stands in the place of event 1',
    ],
    [
      'forked',
      alter(2, { previous: bundleOf('x') }),
      'test.00000003',
      `it follows ${bundleOf('x')}, but before it stands ${bundleOf('e1')}`,
    ],
    [
      'with a state that is not the fold',
      alter(3, { state: emptyState }),
      'test.00000004',
      'its state is not what the events up to it come to',
    ],
    [
      'with an event that is not legal',
      alter(1, { kind: 'known-good' }),
      'test.00000002',
      'it is not legal here: known-good of test.00000001, which is started',
    ],
    [
      'written after the Lease was lost',
      alter(2, { lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 } }),
      'test.00000003',
      'it was written by a holder of the Lease who had already lost it',
    ],
  ])('%s', (_name, links, tag, sentence) => {
    expect(checkChain('test', links)).toEqual({ isWhole: false, tag, sentence });
  });
});
