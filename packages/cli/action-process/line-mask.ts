const maskCommand = '::add-mask::';

/**
 * Hides in the lines of a log what its `::add-mask::` lines name, as a runner does.
 *
 * @returns a function that answers with the line to show, or undefined for a line that only masks
 * @example ['::add-mask::s3cret', 'it is s3cret'].map(createLineMask()) // [undefined, 'it is ***']
 */
export function createLineMask(): (line: string) => string | undefined {
  const secrets = new Set<string>();
  return (line) => {
    if (!line.startsWith(maskCommand)) {
      return [...secrets].reduce((text, secret) => text.replaceAll(secret, '***'), line);
    }
    const text = decode(line.slice(maskCommand.length));
    for (const secret of [text, ...text.split(/\r?\n/)]) {
      if (secret.trim() !== '') secrets.add(secret);
    }
    return undefined;
  };
}

/** The data of a workflow command escapes what would end its line. */
function decode(data: string): string {
  return data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
