import type { ImageConfig } from '../images/index.js';

export interface RecipeContext {
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** Some of an image's files that are not root's, or whose time is not zero. */
export interface Apart {
  /** Below the image's root: `home/node`. */
  readonly path: string;
  readonly owner?: number;
  /** Seconds since 1970. */
  readonly time?: number;
}

/** A base image as its ingredients on this machine make it. */
export interface BaseImageRecipe {
  /** As a Dockerfile names it: `node:24-alpine`. */
  readonly reference: string;
  /** About how many seconds it takes to make. */
  readonly seconds: number;
  /** Everything that decides what is in it. */
  readonly decisive: readonly string[];
  /** Puts its files below a folder; those of busybox are in a layer of their own. */
  readonly fill: (root: string, signal: AbortSignal | undefined) => Promise<void>;
  readonly apart: readonly Apart[];
  readonly config: ImageConfig;
}
