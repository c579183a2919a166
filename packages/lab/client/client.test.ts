import { expect, test } from '@jest/globals';
import { nameAnswers } from './client.js';

test('answers of several Services are counted by their names', () => {
  const calls = [{ name: (body: string) => `orders ${body}` }, { name: () => 'a page' }];
  const tally = {
    ...{ requests: 9, failed: 1, failures: ['late'] },
    answers: [
      { address: 0, body: '1.0.0', count: 4 },
      { address: 1, body: '<html>1', count: 3 },
      { address: 1, body: '<html>2', count: 1 },
    ],
  };

  const named = nameAnswers(tally, calls);

  expect(named).toEqual({
    requests: 9,
    failed: 1,
    failures: ['late'],
    answers: { 'orders 1.0.0': 4, 'a page': 4 },
  });
});
