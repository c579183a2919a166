/** One target of a `Link` header. */
export interface Link {
  /** As the server wrote it: relative to the request, or absolute. */
  readonly target: string;
  /** In lower case: `next`. */
  readonly relations: readonly string[];
}

const beginPattern = /[\s,]*</y;
const parameterPattern =
  /\s*;\s*(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"(?<quoted>[^"\\]*(?:\\.[^"\\]*)*)"|(?<bare>[^\s;,"]*)))?/y;

/**
 * The links of a header (RFC 8288, section 3), as far as they can be read. Of a parameter `rel` that comes twice
 * the first counts.
 *
 * @example parseLinks('</v2/a/tags/list?last=x>; rel="next"') // [{ target: '/v2/a/tags/list?last=x', relations: ['next'] }]
 */
export function parseLinks(header: string): readonly Link[] {
  const links: Link[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(header);
    if (match !== null) position = pattern.lastIndex;
    return match;
  };
  while (take(beginPattern) !== null) {
    const end = header.indexOf('>', position);
    if (end === -1) break;
    const target = header.slice(position, end);
    position = end + 1;
    let relations: string | undefined;
    for (let found = take(parameterPattern); found !== null; found = take(parameterPattern)) {
      const { name = '', quoted, bare = '' } = found.groups ?? {};
      if (name.toLowerCase() === 'rel') relations ??= quoted?.replaceAll(/\\(.)/g, '$1') ?? bare;
    }
    links.push({
      target,
      relations: (relations ?? '')
        .toLowerCase()
        .split(/\s+/)
        .filter((each) => each !== ''),
    });
  }
  return links;
}
