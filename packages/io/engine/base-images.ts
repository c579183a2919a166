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

const containersPattern =
  /^(?:\[[\d/]+\] )?STEP \d+\/\d+ ?: (?:FROM (?:--\S+ )*(?<base>\S+)|(?:COPY|RUN) (?:\S+ )*?--(?:mount=\S*?)?from=(?<other>[^\s,]+))/i;

/**
 * The name of an image, or of a stage, in a line of what docker's older builder, podman and buildah print.
 *
 * @example tryReadBaseName('STEP 1/4: FROM node:24 AS build') // 'node:24'
 */
export function tryReadBaseName(line: string): string | undefined {
  const { base, other } = containersPattern.exec(line)?.groups ?? {};
  return base ?? other;
}
