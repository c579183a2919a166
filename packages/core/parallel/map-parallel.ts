/**
 * Does the work for every item, at most `limit` at once, and answers in the order of the items. After the
 * first failure no further item is begun; it is thrown once those that run have ended.
 *
 * @example await mapParallel(6, blobs, (blob) => client.pushBlob(repository, blob))
 */
export async function mapParallel<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (hasFailed) return;
      const [index, item] = next;
      try {
        results[index] = await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, worker);
  const ends = await Promise.allSettled(workers);
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results;
}
