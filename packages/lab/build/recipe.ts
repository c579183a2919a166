export type ProgramName =
  | 'kubernetes'
  | 'admission-webhook'
  | 'distribution'
  | 'latency-proxy'
  | 'reference-oracle'
  | 'registry'
  | 'status-oracle'
  | 'web-server';

export interface Recipe {
  /** How it is called in what people read. */
  readonly title: string;
  /** Packages of the whole build, for the progress shown. */
  readonly packages: number;
  /** What it took to compile them all, in seconds of one processor core. */
  readonly coreSeconds: number;
  /** The names under which the one program is called. */
  readonly names: readonly string[];
  /** Go packages that are told their version at link time (without it they call themselves v0.0.0). */
  readonly versionPackages: readonly string[];
}

export const recipes: Readonly<Record<ProgramName, Recipe>> = {
  kubernetes: {
    title: 'Kubernetes',
    packages: 2837,
    coreSeconds: 640,
    names: [
      'etcd',
      'coredns',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kubelet',
      'kube-proxy',
      'kubectl',
    ],
    versionPackages: ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'],
  },
  'admission-webhook': {
    title: 'the admission webhook',
    packages: 160,
    coreSeconds: 25,
    names: [],
    versionPackages: [],
  },
  'latency-proxy': {
    title: 'the latency proxy',
    packages: 160,
    coreSeconds: 25,
    names: [],
    versionPackages: [],
  },
  'reference-oracle': {
    title: 'the reference oracle',
    packages: 105,
    coreSeconds: 15,
    names: [],
    versionPackages: [],
  },
  'status-oracle': {
    title: 'the status oracle',
    packages: 762,
    coreSeconds: 200,
    names: [],
    versionPackages: [],
  },
  registry: {
    title: 'the registry',
    packages: 207,
    coreSeconds: 45,
    names: ['oci-registry'],
    versionPackages: [],
  },
  distribution: {
    title: 'the registry of the distribution project',
    packages: 580,
    coreSeconds: 180,
    names: ['distribution-registry'],
    versionPackages: [],
  },
  'web-server': {
    title: 'the web server',
    packages: 160,
    coreSeconds: 25,
    names: [],
    versionPackages: [],
  },
};

/** The names under which a built program can be called. */
export function programNames(program: ProgramName): readonly string[] {
  return recipes[program].names;
}

/**
 * The version that go.mod requires of a module.
 *
 * @example parseVersion('require (\n\tk8s.io/kubernetes v1.34.10\n)', 'k8s.io/kubernetes') // 'v1.34.10'
 */
export function parseVersion(goMod: string, module: string): string | undefined {
  const line = goMod.split('\n').find((each) => each.trim().startsWith(`${module} v`));
  return line?.trim().split(' ')[1];
}

/**
 * Arguments of `go` for a build that gives the same bytes everywhere.
 *
 * @param version of Kubernetes, `v1.34.10`, for programs that tell it
 */
export function buildArguments(
  recipe: Recipe,
  version: string | undefined,
  output: string,
): readonly string[] {
  const { major, minor } = /^v(?<major>\d+)\.(?<minor>\d+)\./.exec(version ?? '')?.groups ?? {};
  const values = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'modules',
    buildDate: '1970-01-01T00:00:00Z',
  };
  const settings = recipe.versionPackages.flatMap((name) =>
    Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value ?? ''}`),
  );
  const link = ['-s', '-w', ...settings].join(' ');
  return ['build', '-v', '-trimpath', '-buildvcs=false', `-ldflags=${link}`, '-o', output, '.'];
}

/**
 * How long a build takes, for people.
 *
 * @example formatEstimate(640, 2) // 'about 6 minutes on 2 cores'
 */
export function formatEstimate(coreSeconds: number, cores: number): string {
  const minutes = Math.round(coreSeconds / cores / 60 + 0.5);
  const time = minutes <= 1 ? 'up to a minute' : `about ${minutes} minutes`;
  return `${time} on ${cores === 1 ? '1 core' : `${cores} cores`}`;
}
