export { removeUnusedControlGroups } from './control-groups.js';
export { endSandbox } from './end.js';
export {
  enterSandbox,
  inside,
  requireFirstProcess,
  startInSandbox,
  startSandbox,
  type SandboxOptions,
} from './sandbox.js';
export { chooseSnapshotter } from './snapshotter.js';
