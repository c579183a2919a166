/** How far a build is, as `go build -v` tells it: it names what it downloads and what it has to compile. */
export interface BuildProgress {
  readonly onLine: (line: string) => void;
  /** @example 'fetched 210 modules, compiled 830 of about 2837 packages' */
  readonly describe: () => string;
}

/**
 * @param packages how many packages the whole build has; those in Go's own cache are not named
 */
export function countProgress(packages: number): BuildProgress {
  const counts = { modules: 0, packages: 0 };
  return {
    onLine: (line) => {
      if (line.startsWith('go: downloading ')) counts.modules += 1;
      else if (/^[\w.~/-]+$/.test(line)) counts.packages += 1;
    },
    describe: () =>
      `fetched ${counts.modules} modules, compiled ${counts.packages} of about ${packages} packages`,
  };
}
