import { describeKind, listRefusals, type EngineKind } from './abilities.js';
import { buildContainersImage, buildContainersLayout } from './containers-build.js';
import type { EngineCollaborators } from './docker.js';
import type { Engine } from './engine.js';
import { giveBack, giving } from './give-back.js';
import { runContainer } from './run-container.js';

export interface PodmanFacts {
  readonly isRootless: boolean;
  /** The containers that were there before. */
  readonly present: readonly string[];
  /** @throws SlipwayError `engine-missing` when it does not work any more */
  readonly assertAnswers: () => Promise<void>;
}

/** podman, which has no daemon: what it builds stays in its storage as its cache, and nothing else. */
export function createPodmanEngine(
  kind: EngineKind,
  collaborators: EngineCollaborators,
  { isRootless, present, assertAnswers }: PodmanFacts,
): Engine {
  const engine = { program: 'podman', present } as const;
  const runner = { name: 'podman', keepsUser: isRootless, assertAnswers } as const;
  return {
    name: 'podman',
    description: describeKind(kind),
    listRefusals: (demands) => listRefusals(kind, demands),
    buildLayout: (build, folder) => buildContainersLayout(engine, build, folder, collaborators),
    buildImage: (build, doing) => buildContainersImage(engine, build, doing, collaborators),
    runContainer: (run, doing, wanted) => runContainer(runner, run, doing, wanted, collaborators),
    assertAnswers,
    giveBack: (image, shared) =>
      giveBack(image, shared, collaborators, {
        isRootless,
        run: (run, own) =>
          runContainer({ ...runner, keepsUser: false }, run, giving, undefined, own),
      }),
    close: () => Promise.resolve(),
  };
}
