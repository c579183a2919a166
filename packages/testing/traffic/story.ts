import { systemClock } from '@slipway/io/clock';
import type { ClientTally } from '@slipway/lab/client';
import type { Field } from './field.js';
import type { Behaviour } from './release.js';
import type { Side } from './side.js';

/** A step, and what it must come to. */
export interface Chapter {
  readonly title: string;
  readonly expected: string;
  readonly play: (side: Side, version: string) => Promise<string>;
}

function deploy(title: string, behaviour: Behaviour, expected: string): Chapter {
  return { title, expected, play: (side, version) => side.deploy({ version, behaviour }) };
}

const killed: Chapter = {
  title: 'a good release, killed in the middle',
  expected: 'killed',
  play: (side, version) => side.deployAndDie({ version, behaviour: 'serve' }),
};

const back: Chapter = {
  title: 'back by hand',
  expected: 'succeeded',
  play: (side) => side.goBack(),
};

/** What happens to a service in its life. */
export const chapters: readonly Chapter[] = [
  deploy('a good release', 'serve', 'succeeded'),
  deploy('one that ends at every start', 'crash', 'rolled-back'),
  deploy('one whose settings are missing', 'incomplete', 'rolled-back'),
  killed,
  deploy('the next run', 'serve', 'succeeded'),
  back,
];

/** What became of a chapter, and what the client saw in it. */
export interface PlayedChapter {
  readonly title: string;
  readonly expected: string;
  readonly ended: string;
  readonly seen: Pick<ClientTally, 'requests' | 'failed' | 'failures'>;
  readonly durationMs: number;
}

/** Deploys a first release, and then plays the chapters while the service is called without a pause. */
export async function playStory(
  side: Side,
  field: Field,
  played: readonly Chapter[],
): Promise<readonly PlayedChapter[]> {
  await side.deploy({ version: '1.0.0', behaviour: 'serve' });
  const client = await field.startClient();
  const ended: PlayedChapter[] = [];
  let before = await client.tally();
  let fromMs = systemClock.monotonicMs();
  for (const [index, { title, expected, play }] of played.entries()) {
    const said = await play(side, `1.${index + 1}.0`);
    const now = index === played.length - 1 ? await client.stop() : await client.tally();
    const nowMs = systemClock.monotonicMs();
    const durationMs = nowMs - fromMs;
    ended.push({ title, expected, ended: said, seen: since(before, now), durationMs });
    [before, fromMs] = [now, nowMs];
  }
  return ended;
}

function since(before: ClientTally, now: ClientTally): PlayedChapter['seen'] {
  return {
    requests: now.requests - before.requests,
    failed: now.failed - before.failed,
    failures: now.failures.slice(before.failures.length),
  };
}
