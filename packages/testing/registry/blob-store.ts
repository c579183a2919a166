import { startRegistryProxy, type Upstream } from './registry-proxy.js';
import type { ProxyRecord } from './relay.js';

/** Where a registry sends its clients for the bytes: another origin, as object stores are. */
export interface BlobStore {
  /** `http://localhost:41234` */
  readonly origin: string;
  /** What it was asked; none may have carried credentials. */
  readonly records: readonly ProxyRecord[];
  readonly close: () => Promise<void>;
}

/**
 * Starts a store that has what the registry has. As S3 does, it refuses whoever shows credentials: the
 * signature in the address is all that it takes.
 *
 * @param upstream with what the registry asks for, if it asks
 */
export async function startBlobStore(upstream: string | Upstream): Promise<BlobStore> {
  const proxy = await startRegistryProxy(upstream, ({ path, hasAuthorization }) =>
    path.includes('signature=') && !hasAuthorization
      ? undefined
      : { kind: 'answer', answer: { status: 400, body: 'InvalidRequest' } },
  );
  const [, port] = proxy.host.split(':');
  return { origin: `http://localhost:${port ?? ''}`, records: proxy.records, close: proxy.close };
}
