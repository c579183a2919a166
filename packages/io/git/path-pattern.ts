import { invalidInput } from '@slipway/core/errors';

declare const brand: unique symbol;

/** A folder, a file or a glob, relative to the root of the repository: `services/orders`, `services/*.go`. */
export type PathPattern = string & { readonly [brand]: 'path-pattern' };

/**
 * @example parsePathPattern('./services/orders/') // 'services/orders'
 * @throws SlipwayError `invalid-input` for what is outside of the repository
 */
export function parsePathPattern(text: string, subject = 'paths'): PathPattern {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const isInside = !text.startsWith('/') && !parts.includes('..');
  if (text !== '' && isInside && !/^[:!]|[\\\n]/.test(text)) {
    return parts.join('/') as PathPattern;
  }
  throw invalidInput([
    {
      subject,
      given: text,
      expected: 'a folder, a file or a glob inside of the repository, such as services/orders',
    },
  ]);
}

/** What git is told: from the root, whatever the current folder is; `*` stays within a folder. */
export function toPathspecs(patterns: readonly PathPattern[]): readonly string[] {
  if (patterns.some((pattern) => pattern === '')) return [];
  return patterns.map((pattern) => `:(top,glob)${pattern}`);
}
