import { invalidInput } from '../errors/index.js';

declare const brand: unique symbol;

/** An OCI tag: up to 128 of `[a-zA-Z0-9._-]`, not beginning with `.` or `-`. */
export type Tag = string & { readonly [brand]: 'tag' };

const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * @example parseTag('1.4.0-rc.1')
 * @throws SlipwayError `invalid-input`
 */
export function parseTag(text: string, subject = 'tag'): Tag {
  if (isTag(text)) return text;
  throw invalidInput([
    {
      subject,
      given: text,
      expected:
        'an OCI tag: up to 128 letters, digits, “.”, “_” or “-”, not beginning with “.” or “-”',
    },
  ]);
}

/** Whether a text is a tag. */
export function isTag(text: string): text is Tag {
  return tagPattern.test(text);
}
