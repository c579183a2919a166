import type { Problem } from '@slipway/core/errors';
import type { EngineDemands, EngineName } from './abilities.js';
import type { BaseImage } from './base-images.js';
import type { ContainerRun, ImageBuild, ImageFacts } from './build-plan.js';
import type { SharedFolders } from './foreign-files.js';
import type { BuildFailure } from './output-tail.js';

export interface BuiltLayout {
  readonly state: 'built';
  /** The images that it was built upon, as far as the engine tells. */
  readonly bases: readonly BaseImage[];
}

export type FailedBuild = { readonly state: 'failed' } & BuildFailure;

/** Which files of a container are wanted when it has ended: paths relative to its working directory. */
export interface FileChoice {
  /** Folders, of which one holds whatever matches; an empty one stands for all. */
  readonly bases: readonly string[];
  matches(path: string): boolean;
  /** Of all of them together; the content of what exceeds it is left out. */
  readonly mostBytes: number;
}

export interface ContainerFile {
  /** Relative to the container's working directory. */
  readonly path: string;
  /** Absent where it was too much, and of a link. */
  readonly bytes?: Uint8Array;
  /** Of a link, which is not followed: where it leads to, as it is written. */
  readonly linksTo?: string;
}

export type ContainerOutcome =
  | {
      readonly state: 'ended';
      readonly exitCode: number;
      /** The kernel ended it, or one of its children, because its memory was used up. */
      readonly isOutOfMemory: boolean;
      /** The last lines that it wrote. */
      readonly lines: readonly string[];
      readonly workdir: string;
      readonly files: readonly ContainerFile[];
    }
  /** There is no such image, or nothing in it that could be started. */
  | { readonly state: 'not-started'; readonly reason: string };

/** What builds images and runs containers. Whatever it makes for a run is gone when the run is over. */
export interface Engine {
  readonly name: EngineName;
  /** With versions, for people. */
  readonly description: string;
  /** What it cannot do of what a build asks for; asked before anything is built. */
  listRefusals(demands: EngineDemands): readonly Problem[];
  /**
   * Builds an image into a folder, as an OCI image layout; a layout that was there is replaced.
   *
   * @throws SlipwayError `engine-missing` when the engine stops answering; the signal's reason when aborted
   */
  buildLayout(build: ImageBuild & ImageFacts, folder: string): Promise<BuiltLayout | FailedBuild>;
  /**
   * Builds an image for `runContainer`; it goes when the engine is closed.
   *
   * @param doing completes “still …”
   */
  buildImage(
    build: ImageBuild,
    doing: string,
  ): Promise<{ readonly state: 'built'; readonly image: string } | FailedBuild>;
  /**
   * Runs a container to its end and removes it, however it ends.
   *
   * @param doing completes “still …”
   */
  runContainer(run: ContainerRun, doing: string, wanted?: FileChoice): Promise<ContainerOutcome>;
  /**
   * Gives the user of this machine what a container made or changed in folders of his as somebody else, also after a
   * cancellation.
   *
   * @param image whose tools do it
   * @returns whether it could be done
   */
  giveBack(image: string, shared: SharedFolders): Promise<boolean>;
  /** @throws SlipwayError `engine-missing` when it does not answer any more */
  assertAnswers(): Promise<void>;
  /** Removes what was made for this run. */
  close(): Promise<void>;
}
