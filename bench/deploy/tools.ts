import { nameWorkload } from './manifests.js';

/** Where a tool deploys to. */
export interface Place {
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly context: string;
  readonly namespace: string;
  /** Of the manifests. */
  readonly folder: string;
  /** Of images and record. */
  readonly registry: string;
  /** Files of a runner go there. */
  readonly home: string;
}

export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env: readonly string[];
  readonly cwd: string;
}

/** The file in the folder of a place. */
export const manifestFile = 'workloads.yaml';

/** What somebody writes who has only `kubectl`: apply, and then wait for each. */
export function kubectlCommand(place: Place, workloads: number): Command {
  const { kubectl, kubeconfig, context, namespace, folder, home } = place;
  const base = `"$KUBECTL" --kubeconfig "$FILE" --context "$CONTEXT" --namespace "$NAMESPACE"`;
  const names = Array.from({ length: workloads }, (_none, index) => nameWorkload(index + 1));
  const script = [
    'set -e',
    `${base} apply --server-side -f ${manifestFile}`,
    `for name in ${names.join(' ')}; do`,
    `  ${base} rollout status "deployment/$name" --timeout 5m`,
    'done',
  ];
  const env = {
    KUBECTL: kubectl,
    FILE: kubeconfig,
    CONTEXT: context,
    NAMESPACE: namespace,
    HOME: home,
    PATH: '/usr/bin:/bin',
  };
  return { argv: ['/bin/sh', '-c', script.join('\n')], env: formatEnvironment(env), cwd: folder };
}

/** The packaged action as a runner starts it, in a process of its own, with record and lock. */
export function ourCommand(
  place: Place,
  {
    node,
    action,
    image,
  }: { readonly node: string; readonly action: string; readonly image: string },
): Command {
  const { kubectl, kubeconfig, context, namespace, folder, registry, home } = place;
  const inputs = {
    environment: 'bench',
    service: 'bench',
    namespace,
    kubeconfig,
    context,
    ledger: `${registry}/${namespace}/ledger`,
    'plain-http': registry,
    images: `web=${image}`,
    manifests: manifestFile,
  };
  const env = {
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    GITHUB_WORKSPACE: folder,
    GITHUB_OUTPUT: `${home}/output`,
    GITHUB_STATE: `${home}/state`,
    GITHUB_STEP_SUMMARY: `${home}/summary`,
    RUNNER_TEMP: home,
    HOME: home,
    PATH: `${kubectl.slice(0, kubectl.lastIndexOf('/'))}:/usr/bin:/bin`,
  };
  return { argv: [node, action], env: formatEnvironment(env), cwd: folder };
}

function formatEnvironment(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}
