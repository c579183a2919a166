import type { ContainerOutcome, Engine } from '@slipway/io/engine';

function refuse(): never {
  throw new Error('this engine is not asked for that');
}

/** An engine without containers: it gives files back, and refuses what it is not given. */
export function createQuietEngine(
  given: Partial<Pick<Engine, 'buildLayout' | 'runContainer'>>,
): Engine {
  return {
    name: 'docker',
    description: 'docker 28.5.2',
    listRefusals: () => [],
    buildLayout: refuse,
    buildImage: refuse,
    runContainer: refuse,
    giveBack: () => Promise.resolve(true),
    assertAnswers: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...given,
  };
}

/** A container that ended well, and left nothing. */
export function endedWell(workdir: string): ContainerOutcome {
  const ended = { exitCode: 0, isOutOfMemory: false, lines: [], files: [] };
  return { state: 'ended', workdir, ...ended };
}
