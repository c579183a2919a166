/**
 * Outputs as lines `name=value`, or as one JSON object. A value of several lines is written as JSON text.
 *
 * @example formatOutputs({ tags: 'a\nb', digest: '' }, false) // ['tags="a\\nb"', 'digest=']
 */
export function formatOutputs(
  outputs: Readonly<Record<string, string>>,
  isJson: boolean,
): readonly string[] {
  if (isJson) return [JSON.stringify(outputs)];
  return Object.entries(outputs).map(
    ([name, value]) => `${name}=${value.includes('\n') ? JSON.stringify(value) : value}`,
  );
}
