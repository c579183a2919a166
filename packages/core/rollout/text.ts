export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One line, at most `length` characters, without the full stop at its end. */
export function shorten(text: string, length = 300): string {
  const line = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
