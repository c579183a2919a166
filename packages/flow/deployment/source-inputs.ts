import {
  parseChartSource,
  parseKubeVersion,
  parseReleaseName,
  type ChartSettings,
  type ChartSource,
  type DeploySettings,
} from '@slipway/core/config';
import {
  refuseInputs,
  type EnvironmentChoice,
  type InputReader,
  type ServiceChoice,
} from '../runtime/index.js';
import type { RenderSource } from './render-source.js';

const asText = (text: string): string => text;

const chartInputs = ['values', 'release-name', 'kube-version', 'api-versions'];

/** The inputs that say what is rendered. */
export const sourceInputs: readonly string[] = [
  ...['manifests', 'kustomization', 'chart'],
  ...chartInputs,
];

/** What charts see where nothing says otherwise: the same for every version of Helm. */
const defaultKubeVersion = '1.34.0';

/**
 * What is rendered: the inputs `manifests`, `kustomization` and `chart`. They win over the configuration as a
 * whole; one of the three kinds must remain.
 */
export function readRenderSource(
  read: InputReader,
  service: ServiceChoice,
  environment: EnvironmentChoice,
): RenderSource {
  const deploy = readSources(read, service);
  const { manifests = [], kustomization, chart } = deploy;
  const kinds = [manifests.length > 0, kustomization !== undefined, chart !== undefined];
  if (kinds.filter(Boolean).length !== 1) {
    read.refuse({
      subject: 'manifests',
      expected: 'either manifests, kustomization or chart',
      fix: 'Set exactly one of the three, here or under deploy in the configuration.',
    });
  }
  if (chart !== undefined) return readChart(read, chart, service.name, environment);
  refuseInputs(read, chartInputs, {
    expected: 'nothing without a chart',
    fix: 'Remove it, or set chart.',
  });
  return kustomization === undefined
    ? { kind: 'manifests', paths: manifests }
    : { kind: 'kustomization', folder: forEnvironment(kustomization, environment) };
}

function readSources(read: InputReader, { settings }: ServiceChoice): DeploySettings {
  const manifests = read.list('manifests', asText);
  const kustomization = read.optional('kustomization', asText);
  const source = read.optional('chart', parseChartSource);
  const isGiven = manifests.length > 0 || kustomization !== undefined || source !== undefined;
  if (!isGiven) return settings?.deploy ?? {};
  return {
    manifests,
    ...(kustomization === undefined ? {} : { kustomization }),
    ...(source === undefined ? {} : { chart: { source, values: [] } }),
  };
}

function readChart(
  read: InputReader,
  { source, values, releaseName }: ChartSettings,
  service: string,
  environment: EnvironmentChoice,
): RenderSource {
  const givenValues = read.list('values', asText);
  const givenVersions = read.list('api-versions', asText);
  const { kubeVersion = defaultKubeVersion, apiVersions = [] } = environment.settings ?? {};
  return {
    kind: 'chart',
    chart: placeChart(source, environment),
    values: givenValues.length > 0 ? givenValues : values,
    releaseName: read.required('release-name', parseReleaseName, releaseName ?? service),
    kubeVersion: read.withDefault('kube-version', kubeVersion, parseKubeVersion),
    apiVersions: givenVersions.length > 0 ? givenVersions : apiVersions,
  };
}

function placeChart(source: ChartSource, environment: EnvironmentChoice): ChartSource {
  if (source.kind === 'registry') return source;
  return { kind: 'folder', folder: forEnvironment(source.folder, environment) };
}

/** @example forEnvironment('deploy/{environment}', environment) // 'deploy/test' */
function forEnvironment(path: string, { name }: EnvironmentChoice): string {
  return path.replaceAll('{environment}', name);
}
