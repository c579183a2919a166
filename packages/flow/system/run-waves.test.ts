import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { runWaves, type WaveService } from './run-waves.js';

const service = (name: string, ...dependsOn: readonly string[]): WaveService => ({
  name,
  dependsOn,
});

interface Story {
  readonly failing?: readonly string[];
  readonly parallel?: number;
  /** Aborted when this one ends. */
  readonly interruptedBy?: string;
}

/** What was begun, how many ran at once, and what became of all. */
async function tell(
  waves: readonly (readonly WaveService[])[],
  { failing = [], parallel = 2, interruptedBy }: Story = {},
) {
  const interruption = new AbortController();
  const begun: string[] = [];
  let running = 0;
  let most = 0;
  const results = await runWaves(
    waves,
    async ({ name }) => {
      begun.push(name);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (name === interruptedBy) interruption.abort();
      if (!failing.includes(name)) return {};
      return { failure: new SlipwayError('crash-loop', `${name} crashes`) };
    },
    {
      parallel,
      signal: interruption.signal,
      announce: (position, wave, run) => {
        begun.push(`${position}: ${wave.map(({ name }) => name).join(' ')}`);
        return run();
      },
    },
  );
  const ends = results.flat().map((result) => {
    if (result.state === 'skipped') return `${result.service.name} skipped: ${result.reason}`;
    return `${result.service.name} ${result.end.failure?.code ?? 'ended'}`;
  });
  return { begun, most, ends };
}

const waves = [
  [service('a'), service('b'), service('c')],
  [service('d', 'a'), service('e', 'b')],
  [service('f', 'd'), service('g', 'e', 'outside')],
];

describe('runWaves', () => {
  test('each wave after the one before it, no more at once than asked', async () => {
    const { begun, most, ends } = await tell(waves);

    expect(begun).toEqual(['1: a b c', 'a', 'b', 'c', '2: d e', 'd', 'e', '3: f g', 'f', 'g']);
    expect(most).toBe(2);
    expect(ends).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name} ended`));
  });

  test('a failure stops what needs it, by way of others too, and nothing else', async () => {
    const { ends } = await tell(waves, { failing: ['a'], parallel: 1 });

    expect(ends).toEqual([
      'a crash-loop',
      'b ended',
      'c ended',
      'd skipped: needs a',
      'e ended',
      'f skipped: needs d',
      'g ended',
    ]);
  });

  test('after an interruption nothing further is begun', async () => {
    const { ends } = await tell(waves, { interruptedBy: 'b', parallel: 1 });

    expect(ends.slice(0, 4)).toEqual([
      'a ended',
      'b ended',
      'c skipped: the run was interrupted',
      'd skipped: the run was interrupted',
    ]);
  });
});
