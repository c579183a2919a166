/**
 * The word that somebody most likely meant, or undefined when none is near.
 *
 * @example findNearest('rolback', ['k8s-deploy', 'rollback']) // 'rollback'
 */
export function findNearest(given: string, words: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(given.length / 3));
  const near = words
    .map((word) => ({ word, distance: computeDistance(given, word) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.word;
}

/** How many letters to insert, delete or replace to make one word of another (Levenshtein). */
function computeDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (to[column - 1] === from[row - 1] ? 0 : 1);
      const inserted = (current[column - 1] ?? 0) + 1;
      const deleted = (previous[column] ?? 0) + 1;
      current.push(Math.min(replaced, inserted, deleted));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
