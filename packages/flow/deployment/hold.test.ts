import { expect, test } from '@jest/globals';
import { createContextInMemory } from '@slipway/testing/context-in-memory';
import { readChain } from '../ledger/index.js';
import { changeHold } from './hold.js';

test.each([
  ['of a few words', 'black friday'],
  ['of a whole page', 'prices are wrong; '.repeat(50)],
  ['that quotes a secret', 'the log has password=hunter2'],
])(
  'a hold for a reason %s is recorded once, however often it is asked for',
  async (_name, reason) => {
    const context = await createContextInMemory();
    const hold = () => changeHold(context, { kind: 'hold', reason }, { isDryRun: false });

    const outcomes = [await hold(), await hold()];

    expect(outcomes.map(({ isChanged }) => isChanged)).toEqual([true, false]);
    expect(await readChain(context.client, context.ledger.repository, 'test')).toHaveLength(1);
  },
);

test('the hold of another person is another one, and takes its place', async () => {
  const context = await createContextInMemory();
  const request = { kind: 'hold', reason: 'black friday' } as const;
  await changeHold(context, request, { isDryRun: false });

  const run = { ...context.run, actor: 'eve' };
  const outcome = await changeHold({ ...context, run }, request, { isDryRun: false });

  expect(outcome).toMatchObject({ isChanged: true, hold: { actor: 'eve' } });
});
