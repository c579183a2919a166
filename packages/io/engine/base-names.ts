const fromPattern =
  /^(?:\[[\d/]+\] )?STEP \d+\/\d+ ?: FROM (?:--\S+ )*(?<base>\S+)(?: AS (?<stage>\S+))?\s*$/i;
const otherPattern =
  /^(?:\[[\d/]+\] )?STEP \d+\/\d+ ?: (?:COPY|RUN|ADD) (?:\S+ )*?--(?:mount=\S*?)?from=(?<other>[^\s,]+)/i;

/** Collects what images a build begins with, of what docker's older builder, podman and buildah print. */
export interface BaseNames {
  readonly push: (line: string) => void;
  /** As the Dockerfile has them, stages of its own left out. */
  read(): readonly string[];
}

/**
 * @example
 * const names = createBaseNames();
 * names.push('STEP 1/4: FROM node:24 AS build');
 * names.push('STEP 2/4: COPY --from=build /a /a');
 * names.read() // ['node:24']
 */
export function createBaseNames(): BaseNames {
  const names = new Set<string>();
  const stages = new Set<string>();
  // a stage is one from its own line on, and may be called as an image is; some have a number for a name
  const add = (name: string): void => {
    if (!stages.has(name.toLowerCase()) && !/^\d+$/.test(name)) names.add(name);
  };
  return {
    push: (line) => {
      const { base, stage } = fromPattern.exec(line)?.groups ?? {};
      const { other } = otherPattern.exec(line)?.groups ?? {};
      if (base !== undefined) add(base);
      if (stage !== undefined) stages.add(stage.toLowerCase());
      if (other !== undefined) add(other);
    },
    read: () => [...names],
  };
}

/**
 * The digest by which a registry knows an image, of all that an engine knows it by.
 *
 * @param name as the Dockerfile has it: a digest in it is the answer
 * @param known `RepoDigests` of the engine: `docker.io/library/node@sha256:…`
 * @example chooseRepoDigest('node:24', ['r.example.com/mirror@sha256:1…', 'node@sha256:2…']) // 'sha256:2…'
 */
export function chooseRepoDigest(name: string, known: readonly string[]): string | undefined {
  const pinned = /@(?<digest>sha256:[0-9a-f]{64})$/.exec(name)?.groups?.['digest'];
  if (pinned !== undefined) return pinned;
  const repository = toFullRepository(name.replace(/:[^:/]*$/, ''));
  return known
    .map((each) => each.split('@'))
    .find(([own = '']) => toFullRepository(own) === repository)?.[1];
}

/** @example toFullRepository('node') // 'docker.io/library/node' */
function toFullRepository(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${first}`;
  const isHost = /[.:]/.test(first) || first === 'localhost';
  return isHost ? name : `docker.io/${name}`;
}
