import { SlipwayError } from '@slipway/core/errors';
import { isConventional, type Change } from '@slipway/core/version';

/** So many commits are named. */
const maxNamed = 10;

/** The commits whose level nobody told, oldest first. */
export function listUnclear(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ hash, entries }) =>
    entries
      .filter(({ commit }) => !isConventional(commit) && !commit.makesNoVersion)
      .map(({ commit }) => `“${commit.header}” (${hash.slice(0, 7)})`),
  );
}

/** @example noteUnclear(['“Update prices” (1a2b3c4)']) // 'follows no convention and counts as patch: “Update prices” (1a2b3c4)' */
export function noteUnclear(unclear: readonly string[]): string {
  return `follows no convention and counts as patch: ${listSome(unclear)}`;
}

/** The error of `strict`: a version that rests on messages without a convention is not certain. */
export function refuseUnclear(service: string, unclear: readonly string[]): SlipwayError {
  return new SlipwayError(
    'no-version',
    `the version of ${service} is not certain: these commits follow no convention: ${listSome(unclear)}`,
    {
      fix: 'Write messages as https://www.conventionalcommits.org has them (“fix: …”), tag the version, or set strict to false.',
    },
  );
}

function listSome(names: readonly string[]): string {
  const rest = names.length - maxNamed;
  const some = names.toReversed().slice(0, maxNamed).join(', ');
  return rest > 0 ? `${some} and ${rest} more` : some;
}
