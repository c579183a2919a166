import { describeKind, listRefusals, type EngineKind } from './abilities.js';
import { runInBuildah } from './buildah-run.js';
import { buildContainersImage, buildContainersLayout } from './containers-build.js';
import type { EngineCollaborators } from './docker.js';
import { giveBack, giving } from './give-back.js';
import type { Engine } from './engine.js';

export interface BuildahFacts {
  readonly isRootless: boolean;
  /** The containers that were there before. */
  readonly present: readonly string[];
}

/** buildah, which builds images and runs commands in what they are built of. */
export function createBuildahEngine(
  kind: EngineKind,
  collaborators: EngineCollaborators,
  { isRootless, present }: BuildahFacts,
): Engine {
  const engine = { program: 'buildah', present } as const;
  return {
    name: 'buildah',
    description: describeKind(kind),
    listRefusals: (demands) => listRefusals(kind, demands),
    buildLayout: (build, folder) => buildContainersLayout(engine, build, folder, collaborators),
    buildImage: (build, doing) => buildContainersImage(engine, build, doing, collaborators),
    runContainer: (run, doing, wanted) =>
      runInBuildah({ isRootless }, run, doing, wanted, collaborators),
    // it has no daemon that could be gone
    assertAnswers: () => Promise.resolve(),
    giveBack: (image, shared) =>
      giveBack(image, shared, collaborators, {
        isRootless,
        run: (run, own) => runInBuildah({ isRootless }, run, giving, undefined, own),
      }),
    close: () => Promise.resolve(),
  };
}
