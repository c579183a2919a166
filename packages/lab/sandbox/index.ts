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
