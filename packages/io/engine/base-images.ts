/** An image that a build began with. */
export interface BaseImage {
  /** As it was found: `docker.io/library/node:24-alpine`. */
  readonly name: string;
  /** `sha256:…` */
  readonly digest: string;
}

/** BuildKit names a step after the image that it begins with, once it knows its digest. */
const stepPattern = /^#\d+ (?:\[[^\]]*\] )?FROM (?<name>\S+)@(?<digest>sha256:[0-9a-f]{64})(?: |$)/;

/**
 * The base image in a line of what BuildKit prints (`--progress=plain`). What a step itself prints has a time in
 * front.
 *
 * @example tryReadBase('#5 [1/2] FROM docker.io/library/node:24@sha256:…') // { name: 'docker.io/library/node:24', digest: 'sha256:…' }
 */
export function tryReadBase(line: string): BaseImage | undefined {
  const { name, digest } = stepPattern.exec(line)?.groups ?? {};
  return name === undefined || digest === undefined ? undefined : { name, digest };
}
