export type { ChartPlace } from './chart-sources.js';
export {
  renderChart,
  type ChartOptions,
  type ChartRequest,
  type RenderedChart,
} from './render-chart.js';
export { renderFiles } from './render-files.js';
export {
  renderKustomization,
  type KustomizationOptions,
  type KustomizeCommand,
} from './render-kustomization.js';
export type { Rendered, SourceFile } from './source-file.js';
