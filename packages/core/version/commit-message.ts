/** A commit message, as far as it says what the commit changes. */
export interface ParsedCommit {
  /** The first line, as it was written. */
  readonly header: string;
  /** `feat`, `fix`, … in lower case; absent when the header follows no convention. */
  readonly type?: string;
  readonly scope?: string;
  /** By `!` or by a footer. */
  readonly isBreaking: boolean;
  /** The header without type and scope; all of it when it follows no convention. */
  readonly description: string;
  /** What the footer `BREAKING CHANGE` says, on one line. */
  readonly breakingNote?: string;
  /** The trailer `Slipway-Release: none`: this commit makes no version. */
  readonly makesNoVersion: boolean;
}

interface Footer {
  readonly token: string;
  readonly value: string;
}

const headerPattern =
  /^(?<type>[^\s():!]+)(?:\((?<scope>[^()\r\n]+)\))?(?<mark>!)?: +(?<description>\S.*)$/u;
const breakingHeaderPattern = /^BREAKING[ -]CHANGE!?:/;
const footerPattern =
  /^(?:(?<breaking>BREAKING[ -]CHANGE):(?:\s|$)|(?<token>[A-Za-z0-9][A-Za-z0-9-]*)(?:: | #))(?<value>.*)$/;
/** Types that everybody knows: below a merge, `Signed-off-by: ada` is no title. */
const knownTypes = new Set(
  'build chore ci docs feat fix perf refactor revert style test'.split(' '),
);
const fencePattern = /^\s*(?:```|~~~)/;

/**
 * Reads a commit message by Conventional Commits 1.0.0.
 *
 * Where it deviates, it is to miss no breaking change: a footer counts although the header follows no
 * convention, `BREAKING CHANGE:` may end its line, and as the header itself it counts too. Types are read in
 * any case (§15), `BREAKING CHANGE` only in capitals. What stands between fences is quoted, and no footer.
 *
 * @example parseCommit('feat(api)!: new prices') // { type: 'feat', scope: 'api', isBreaking: true, description: 'new prices', … }
 * @see https://www.conventionalcommits.org/en/v1.0.0/#specification
 */
export function parseCommit(message: string): ParsedCommit {
  const [header = '', ...lines] = clean(message).trim().split('\n');
  const { type, scope, mark, description } = headerPattern.exec(header.trim())?.groups ?? {};
  const footers = readFooters(lines);
  const breaking = footers.find(({ token }) => /^BREAKING[ -]CHANGE$/.test(token));
  return {
    header: header.trim(),
    ...(type === undefined ? {} : { type: type.toLowerCase() }),
    ...(scope === undefined ? {} : { scope: scope.trim() }),
    isBreaking: mark === '!' || breaking !== undefined || breakingHeaderPattern.test(header),
    description: (description ?? header).trim(),
    ...(breaking === undefined || breaking.value === '' ? {} : { breakingNote: breaking.value }),
    makesNoVersion: footers.some(isReleaseNone),
  };
}

/**
 * What a merge commit says it merges: the title of the pull request that GitHub and GitLab write below the
 * merge's own header. Undefined when there is no such line, or when its type is none of the usual ones.
 *
 * @example parseMergedTitle('Merge pull request #7 from ada/prices\n\nfeat: new prices') // { type: 'feat', … }
 */
export function parseMergedTitle(message: string): ParsedCommit | undefined {
  const [, ...lines] = message.trim().split('\n');
  const parsed = parseCommit(lines.join('\n'));
  return knownTypes.has(parsed.type ?? '') ? parsed : undefined;
}

/** A header is one line wherever it is shown: a stray carriage return would begin another one in a log. */
function clean(message: string): string {
  return message.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n]/gu, ' ');
}

function isReleaseNone({ token, value }: Footer): boolean {
  return token.toLowerCase() === 'slipway-release' && value.toLowerCase() === 'none';
}

/**
 * Footers begin after a blank line (§8); from then on each line that is a token with a separator begins the
 * next one, and any other line goes on with the value (§10).
 */
function readFooters(lines: readonly string[]): readonly Footer[] {
  const footers: Footer[] = [];
  let isAfterBlank = false;
  let isQuoted = false;
  for (const line of lines) {
    const isFence = fencePattern.test(line);
    const groups = isQuoted || isFence ? undefined : footerPattern.exec(line)?.groups;
    if (isFence) isQuoted = !isQuoted;
    if (groups !== undefined && (isAfterBlank || footers.length > 0)) {
      const token = groups['breaking'] ?? groups['token'] ?? '';
      footers.push({ token, value: (groups['value'] ?? '').trim() });
    } else {
      const last = footers.pop();
      if (last !== undefined) {
        footers.push({ token: last.token, value: `${last.value} ${line.trim()}`.trim() });
      }
    }
    isAfterBlank = line.trim() === '';
  }
  return footers;
}
