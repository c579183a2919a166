/** A secret of a build: BuildKit hands it to the steps that mount it; it is in no layer. */
export type BuildSecret =
  | { readonly id: string; readonly variable: string }
  | { readonly id: string; readonly file: string };

/** What is built, whatever becomes of it. Paths are absolute. */
export interface ImageBuild {
  readonly context: string;
  readonly dockerfile: string;
  /** The stage; default is the last. */
  readonly target?: string;
  /** `NAME=value`, or `NAME` to take the value from our environment. */
  readonly buildArgs: readonly string[];
  readonly secrets: readonly BuildSecret[];
  /** Where steps that were built before are taken from, as `docker buildx build --cache-from` has it. */
  readonly cacheFrom: readonly string[];
  /** Seconds since 1970 that every file and record of the image gets as its time. */
  readonly sourceDateEpoch?: number;
}

/** What an image says about itself besides. */
export interface ImageFacts {
  /** `name=value` */
  readonly labels: readonly string[];
  /** `name=value` */
  readonly annotations: readonly string[];
  /** `linux/amd64`; none: that of the engine. */
  readonly platforms: readonly string[];
  /** Where the steps that were built are put for others, as `docker buildx build --cache-to` has it. */
  readonly cacheTo: readonly string[];
}

export interface ContainerRun {
  readonly image: string;
  /** Instead of the image's own entry point and command. */
  readonly command?: readonly [string, ...string[]];
  /** `uid:gid` or a name; default is the image's. */
  readonly user?: string;
  /** In the container; default is the image's. */
  readonly workdir?: string;
  readonly network?: string;
  /** Names of variables of our environment, or `NAME=value` where anybody may see the value. */
  readonly variables: readonly string[];
  /** A file with lines `NAME=value`. */
  readonly variablesFile?: string;
  /** Files and folders of the machine that it sees at the same paths. Absolute. */
  readonly shared: readonly string[];
}
