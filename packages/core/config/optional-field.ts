export const asText = (text: string): string => text;

/** An absent key stays absent. */
export function present<K extends string, T>(
  key: K,
  value: T | undefined,
): Readonly<Partial<Record<K, T>>> {
  const entry: Partial<Record<K, T>> = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}
