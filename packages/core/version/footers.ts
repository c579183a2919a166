/** A footer of a commit message: `Refs: #12`, `BREAKING CHANGE: no more prices`. */
export interface Footer {
  readonly token: string;
  /** On one line. */
  readonly value: string;
}

const footerPattern =
  /^(?:(?<breaking>BREAKING[ -]CHANGE):(?:\s|$)|(?<token>[A-Za-z0-9][A-Za-z0-9-]*)(?:: | #))(?<value>.*)$/;

/**
 * The footers of a message. They begin after a blank line (§8 of Conventional Commits 1.0.0); from then on each line
 * that is a token with a separator begins the next one, and any other line goes on with the value (§10). What stands
 * between fences or in an HTML comment is quoted, and no footer.
 *
 * @param lines of the message, without its header
 * @example readFooters(['', 'Refs: #1', 'BREAKING CHANGE: a', 'b']) // Refs: '#1', BREAKING CHANGE: 'a b'
 */
export function readFooters(lines: readonly string[]): readonly Footer[] {
  const footers: { readonly token: string; readonly parts: string[] }[] = [];
  const isQuoted = markQuoted(lines);
  let isAfterBlank = false;
  for (const [index, line] of lines.entries()) {
    const groups = isQuoted[index] === true ? undefined : footerPattern.exec(line)?.groups;
    const last = footers.at(-1);
    if (groups !== undefined && (isAfterBlank || last !== undefined)) {
      const token = groups['breaking'] ?? groups['token'] ?? '';
      footers.push({ token, parts: [groups['value'] ?? ''] });
    } else if (last !== undefined) {
      last.parts.push(line);
    }
    isAfterBlank = line.trim() === '';
  }
  return footers.map(({ token, parts }) => ({ token, value: joinParts(parts) }));
}

/** Joined once: a value may go on for thousands of lines. */
function joinParts(parts: readonly string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

/** Which of some lines are a quotation: what stands between fences, or in an HTML comment that begins a line. */
export function markQuoted(lines: readonly string[]): readonly boolean[] {
  const lastEnd = lines.findLastIndex((line) => line.includes('-->'));
  let fence: string | undefined;
  let isComment = false;
  return lines.map((line, index) => {
    if (isComment) {
      isComment = !line.includes('-->');
      return true;
    }
    const mark = /^ {0,3}(?<mark>`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.groups?.['mark'];
    if (fence !== undefined) {
      const isEnd = mark?.startsWith(fence) === true && line.trim() === mark;
      if (isEnd) fence = undefined;
      return true;
    }
    if (mark !== undefined) {
      fence = mark;
      return true;
    }
    isComment = /^ {0,3}<!--/.test(line) && !line.includes('-->') && index < lastEnd;
    return isComment;
  });
}
