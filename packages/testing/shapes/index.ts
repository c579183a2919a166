import { edge, network, operator, scaling, webhook } from './platform.js';
import { charted, kustomized } from './rendered.js';
import type { Shape } from './shape.js';
import { cron, daemon, headless, shop, sidecar, stateful } from './workloads.js';

export { namePruned, openShapes, type ShapeRun, type ShapeStage } from './run-shape.js';
export type { Shape } from './shape.js';

/** Applications of the forms that people really run. */
export const shapes: readonly Shape[] = [
  shop,
  operator,
  stateful,
  daemon,
  cron,
  webhook,
  edge,
  scaling,
  kustomized,
  charted,
  sidecar,
  headless,
  network,
];
