import { LabError } from '../errors/index.js';
import { readJson } from '../state/index.js';

/** What the door’s process is started with. */
export interface ApiDoorConfig {
  /** Of the part that is the cluster: what was made is written down there. */
  readonly folder: string;
  /** Of the lab, made before there was a door. */
  readonly namespace: string;
  /** `https://127.0.0.1:41234`: the API server. */
  readonly server: string;
  /** In PEM; empty for those that the system trusts. */
  readonly authority: string;
  /** Where the server’s certificate has another name; else empty. */
  readonly serverName: string;
  readonly isUnverified: boolean;
  /** May do everything. */
  readonly token: string;
  /** PEM files of the door itself. */
  readonly certificate: string;
  readonly key: string;
}

/** @throws LabError when the file is none of a door */
export function readApiDoorConfig(file: string): ApiDoorConfig {
  const value = readJson(file);
  const read = (field: keyof ApiDoorConfig): string => {
    const text = value?.[field];
    if (typeof text === 'string') return text;
    throw new LabError(`${file} does not say ${field}`);
  };
  return {
    folder: read('folder'),
    namespace: read('namespace'),
    server: read('server'),
    authority: read('authority'),
    serverName: read('serverName'),
    isUnverified: value?.['isUnverified'] === true,
    token: read('token'),
    certificate: read('certificate'),
    key: read('key'),
  };
}
