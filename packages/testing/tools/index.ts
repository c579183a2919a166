import type { Tools } from '@slipway/io/tools';

/** Takes every program as it is on the PATH, whatever its version. */
export const toolsOnPath: Tools = {
  has: () => Promise.resolve(true),
  locate: (name) => Promise.resolve(name),
};
