/**
 * Waits for pieces of work that go on side by side. A failure is told only when the others have come to
 * rest, so that nothing goes on behind the back of who cleans up after it.
 */
export async function waitForAll<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
