/**
 * Columns side by side, two spaces between them.
 *
 * @example formatTable([['A', 'B'], ['long', 'x']]) // ['A     B', 'long  x']
 */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** @example formatTime('2026-11-28T10:05:00.123Z') // '2026-11-28 10:05:00' */
export function formatTime(at: string): string {
  return at.slice(0, 19).replace('T', ' ');
}
