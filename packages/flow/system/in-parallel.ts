/**
 * Does the work for every item, at most `limit` at once, and answers in the order of the items. Where one
 * failure must not keep others from being begun, `work` tells it in its result; what it throws is thrown.
 *
 * @example await runInParallel(3, wave, (service) => redeployService(service))
 */
export async function runInParallel<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
