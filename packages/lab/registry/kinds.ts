import type { RegistryName } from '../part/index.js';

/** The two registries differ, so that both kinds that exist in the world are met. */
export const hasReferrersApi: Readonly<Record<RegistryName, boolean>> = {
  candidates: false,
  production: true,
};

/**
 * The configuration of the distribution project’s registry. It is JSON, which YAML readers read.
 *
 * @param address `10.64.0.1:20000`
 */
export function formatDistributionConfig(address: string, storage: string): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: address, relativeurls: true },
  });
}
