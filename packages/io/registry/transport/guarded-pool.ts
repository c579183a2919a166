import type { HttpPool } from './http-pool.js';

/** The same connections, where `guard` is called right before a request that writes leaves; where it throws, none does. */
export function guardPool(pool: HttpPool, guard: () => void): HttpPool {
  return {
    ...pool,
    exchange: async (request, body) => {
      try {
        if (request.method !== 'GET' && request.method !== 'HEAD') guard();
      } catch (error) {
        body?.content.destroy();
        throw error;
      }
      return pool.exchange(request, body);
    },
  };
}
