import type { ChartSource } from '@slipway/core/config';
import type { BundleChart } from '@slipway/core/release';
import type { Logger } from '@slipway/io/log';
import {
  renderChart,
  renderFiles,
  renderKustomization,
  type ChartPlace,
  type KustomizeCommand,
  type Rendered,
} from '@slipway/io/render';
import type { Tools } from '@slipway/io/tools';
import { pullChart, type ChartClient } from './pull-chart.js';

/** What a bundle is rendered from. */
export type RenderSource =
  | { readonly kind: 'manifests'; readonly paths: readonly string[] }
  | { readonly kind: 'kustomization'; readonly folder: string }
  | {
      readonly kind: 'chart';
      readonly chart: ChartSource;
      /** Files; `{environment}` in them stands for the environment’s name. */
      readonly values: readonly string[];
      readonly releaseName: string;
      readonly kubeVersion: string;
      readonly apiVersions: readonly string[];
    };

export interface SourceContext {
  readonly client: ChartClient;
  readonly tools: Tools;
  readonly logger: Logger;
}

export interface SourceRequest {
  readonly source: RenderSource;
  readonly environment: string;
  readonly namespace: string;
  /** The folder that paths are relative to. */
  readonly workspace: string;
}

export interface RenderedSource extends Rendered {
  /** What a chart was rendered with. */
  readonly chart?: BundleChart;
}

/**
 * Renders manifests, a kustomization or a chart, each to the same kind of objects.
 *
 * @throws SlipwayError `render-failed`, `tool-missing`; for a chart in a registry also `not-found`, `source-invalid`
 */
export async function renderSource(
  { client, tools, logger }: SourceContext,
  { source, workspace, environment, namespace }: SourceRequest,
): Promise<RenderedSource> {
  if (source.kind === 'manifests') return renderFiles(source.paths, workspace);
  if (source.kind === 'kustomization') {
    const command = await locateKustomize(tools);
    return renderKustomization(source.folder, workspace, { command });
  }
  const { chart, values, releaseName, kubeVersion, apiVersions } = source;
  const { place, name } = await locateChart(client, chart);
  logger.info(`chart ${name}, for Kubernetes ${kubeVersion}`);
  const settings = { values, releaseName, kubeVersion, apiVersions };
  const { notes, ...rendered } = await renderChart(
    { chart: place, environment, namespace, ...settings },
    workspace,
    { helm: await tools.locate('helm') },
  );
  for (const note of notes) logger.info(note);
  return { ...rendered, chart: { source: name, ...settings } };
}

/** kubectl, which a deployment needs anyway, has a kustomize in it. */
async function locateKustomize(tools: Tools): Promise<KustomizeCommand> {
  if (await tools.has('kubectl')) return [await tools.locate('kubectl'), 'kustomize'];
  return [await tools.locate('kustomize'), 'build'];
}

/** Where its files are, and a name that stays true: with a digest where it has one. */
async function locateChart(
  client: ChartClient,
  chart: ChartSource,
): Promise<{ readonly place: ChartPlace; readonly name: string }> {
  if (chart.kind === 'folder') return { place: chart, name: chart.folder };
  const { place, reference } = await pullChart(client, chart.reference);
  return { place, name: `oci://${reference}` };
}
