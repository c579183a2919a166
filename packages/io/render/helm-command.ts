/** What `helm template` is asked for. */
export interface HelmTemplate {
  /** A folder. */
  readonly chart: string;
  readonly releaseName: string;
  readonly namespace: string;
  /** Files; a later one wins. */
  readonly values: readonly string[];
  /** `1.34.0`: what the chart sees as the cluster’s version. */
  readonly kubeVersion: string;
  /** What the chart sees beside Kubernetes’ own: `monitoring.coreos.com/v1`, `monitoring.coreos.com/v1/ServiceMonitor`. */
  readonly apiVersions: readonly string[];
}

/**
 * The arguments that render a chart, for Helm 3 and 4: with its CRDs and its hooks, and without a cluster.
 *
 * @example formatHelmTemplate({ chart: 'deploy/chart', releaseName: 'orders', … })
 * // ['template', 'orders', 'deploy/chart', '--namespace', 'shop', '--include-crds', …]
 */
export function formatHelmTemplate(request: HelmTemplate): readonly string[] {
  const { chart, releaseName, namespace, values, kubeVersion, apiVersions } = request;
  return [
    ...['template', releaseName, chart, '--namespace', namespace, '--include-crds'],
    ...['--kube-version', kubeVersion],
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
    ...values.flatMap((file) => ['--values', file]),
  ];
}

/** Settings of the user’s that would change what is rendered, or reach for a cluster. */
const taken = [
  ...['NAMESPACE', 'DEBUG', 'DRIVER', 'BURST_LIMIT', 'QPS', 'PLUGINS', 'MAX_HISTORY'],
  ...['REGISTRY_CONFIG', 'REPOSITORY_CONFIG', 'REPOSITORY_CACHE', 'CONTENT_CACHE'],
  ...['KUBEAPISERVER', 'KUBECAFILE', 'KUBECONTEXT', 'KUBETOKEN', 'KUBEASUSER', 'KUBEASGROUPS'],
  ...['KUBETLS_SERVER_NAME', 'KUBEINSECURE_SKIP_TLS_VERIFY'],
];

/**
 * The environment in which a chart is rendered the same for everybody: Helm’s folders are empty and its own, no
 * cluster is known, and times are in UTC.
 *
 * @param folder an empty one
 */
export function describeHelmEnvironment(
  folder: string,
): Readonly<Record<string, string | undefined>> {
  return {
    ...Object.fromEntries(taken.map((name) => [`HELM_${name}`, undefined])),
    HELM_CONFIG_HOME: `${folder}/config`,
    HELM_CACHE_HOME: `${folder}/cache`,
    HELM_DATA_HOME: `${folder}/data`,
    KUBECONFIG: `${folder}/no-cluster`,
    TZ: 'UTC',
  };
}
