import { invalidInput } from '@slipway/core/errors';

/** Which files are test reports: a pattern of paths, relative to a folder. */
export interface ReportGlob {
  readonly text: string;
  /** The folders before the first wildcard: nothing outside of it can match; empty for all. */
  readonly base: string;
  matches(path: string): boolean;
}

/**
 * Reads a pattern: `*` and `?` stand for characters of one name, `**` for any folders.
 *
 * @example parseReportGlob('build/reports/*.xml').matches('build/reports/unit.xml') // true
 * @throws SlipwayError `invalid-input` for an absolute path, or one that leaves the folder
 */
export function parseReportGlob(text: string, subject = 'junit'): ReportGlob {
  const segments = text.replace(/^(?:\.\/)+/, '').split('/');
  const isInside = segments.every((segment) => segment !== '' && segment !== '..');
  if (!isInside || /[\\[\]{}]/.test(text)) {
    throw invalidInput([
      {
        subject,
        given: text,
        expected: 'a relative pattern such as reports/*.xml, with *, ** and ?',
        fix: 'Write it relative to the working directory of the tests, without “..”.',
      },
    ]);
  }
  const folders = segments.slice(0, -1);
  const wild = folders.findIndex((segment) => /[*?]/.test(segment));
  const pattern = toPattern(segments);
  return {
    text,
    base: (wild === -1 ? folders : folders.slice(0, wild)).join('/'),
    matches: (path) => pattern.test(path),
  };
}

function toPattern(segments: readonly string[]): RegExp {
  const parts = segments.map((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '**') return isLast ? '.+' : '(?:[^/]+/)*';
    return `${toSegment(segment)}${isLast ? '' : '/'}`;
  });
  return new RegExp(`^${parts.join('')}$`);
}

function toSegment(segment: string): string {
  return segment
    .replaceAll(/[$()+.^|]/g, '\\$&')
    .replaceAll(/\*+/g, '[^/]*')
    .replaceAll('?', '[^/]');
}
