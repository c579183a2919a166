import type { ResourceType } from './cluster.js';
import type { ApiClient } from './api-client.js';
import { recordsAt, textAt } from '@slipway/core/manifest';
import { tryParseRecord } from './json.js';
import { describeRefusal } from './refusal.js';

/** How the API serves a kind. */
export interface ServedKind {
  /** The plural in paths: `deployments`. */
  readonly resource: string;
  readonly isNamespaced: boolean;
}

export interface Discovery {
  /** @returns undefined when the API does not know the kind, after having asked it again */
  find(type: ResourceType): Promise<ServedKind | undefined>;
}

type KindsByName = ReadonlyMap<string, ServedKind>;

/** `v1` lives under /api, everything else under /apis. */
export function formatVersionPath(apiVersion: string): string {
  return apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
}

/** Asks once per API version, and again when a kind is not there: a CRD may have been made since. */
export function createDiscovery(client: ApiClient): Discovery {
  const versions = new Map<string, Promise<KindsByName>>();

  function ask(apiVersion: string): Promise<KindsByName> {
    const asked = fetchKinds(client, apiVersion);
    versions.set(apiVersion, asked);
    asked.catch(() => versions.delete(apiVersion));
    return asked;
  }

  return {
    find: async ({ apiVersion, kind }) => {
      const known = versions.get(apiVersion);
      if (known !== undefined) {
        const served = (await known).get(kind);
        if (served !== undefined) return served;
      }
      return (await ask(apiVersion)).get(kind);
    },
  };
}

async function fetchKinds(client: ApiClient, apiVersion: string): Promise<KindsByName> {
  const operation = { verb: 'get', subject: `the kinds of ${apiVersion}` } as const;
  const path = formatVersionPath(apiVersion);
  const response = await client.send({ method: 'GET', path, operation });
  if (response.status === 404) return new Map();
  if (response.status >= 400) throw describeRefusal(client.name, operation, response);
  const kinds = new Map<string, ServedKind>();
  for (const entry of recordsAt(tryParseRecord(response.body), 'resources')) {
    const kind = textAt(entry, 'kind');
    const resource = textAt(entry, 'name');
    if (kind === undefined || resource === undefined || resource.includes('/')) continue;
    kinds.set(kind, { resource, isNamespaced: entry['namespaced'] === true });
  }
  return kinds;
}
