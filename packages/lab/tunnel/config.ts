import { readJson } from '../state/index.js';
import { LabError } from '../errors/index.js';

/** How its DaemonSet is called. */
export const tunnelName = 'tunnel';

/** What the tunnel’s process is started with. */
export interface TunnelConfig {
  /** The lab’s folder, in which registries are announced. */
  readonly lab: string;
  /** Of the part that is the cluster. */
  readonly folder: string;
  /** The lab’s own in the cluster. */
  readonly namespace: string;
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly context: string;
}

/** @throws LabError when the file is none of a tunnel */
export function readTunnelConfig(file: string): TunnelConfig {
  const value = readJson(file);
  const read = (field: keyof TunnelConfig): string => {
    const text = value?.[field];
    if (typeof text === 'string') return text;
    throw new LabError(`${file} does not say ${field}`);
  };
  return {
    lab: read('lab'),
    folder: read('folder'),
    namespace: read('namespace'),
    kubectl: read('kubectl'),
    kubeconfig: read('kubeconfig'),
    context: read('context'),
  };
}
