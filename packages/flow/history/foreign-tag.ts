import { SlipwayError } from '@slipway/core/errors';
import type { ServiceHistory } from './service-history.js';

/**
 * A service without any version tag begins anew, which is wrong where its tags only have another prefix.
 *
 * @param isGiven whether a user gave the prefix
 * @returns what to tell; nothing where there are no such tags
 * @throws SlipwayError `no-version` where the prefix is `v`, and nobody gave it
 */
export function noteForeignTag(
  { service, tagPrefix, foreign }: ServiceHistory,
  isGiven: boolean,
): readonly string[] {
  if (foreign === undefined) return [];
  const own = tagPrefix === '' ? 'is a version alone' : `begins with ${tagPrefix}`;
  const said = `no tag ${own}, but there is ${foreign.name}`;
  if (isGiven || tagPrefix !== 'v') return [`${said}: the versions of ${service} begin anew`];
  throw new SlipwayError('no-version', `the last version of ${service} is not certain: ${said}`, {
    fix: 'Set tag-prefix: none if that is one of its versions, else tag-prefix: v.',
  });
}
