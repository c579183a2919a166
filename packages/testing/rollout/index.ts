export { play, playToEnd, type Row, type Scene } from './play.js';
export {
  appliedAt,
  baseScene,
  deployment,
  ended,
  event,
  pod,
  refusal,
  replicaSet,
  running,
  stamp,
  unschedulable,
  waiting,
  withPod,
  workload,
  type PodScene,
} from './scene.js';
export { playWatch, type WatchPlay } from './play-watch.js';
export { statusRows } from './status-rows.js';
