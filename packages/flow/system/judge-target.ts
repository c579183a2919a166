import type { EnvironmentSettings } from '@slipway/core/config';
import { SlipwayError, invalidInput, type Problem } from '@slipway/core/errors';
import { computeLevel, tryParseVersion } from '@slipway/core/version';

/** Where bundles come from and where they shall go. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly environments: ReadonlyMap<string, EnvironmentSettings>;
  /** The namespace in the target. */
  readonly namespace: string;
}

/** What of a bundle ties it to a place. */
export interface PlacedBundle {
  readonly service: string;
  readonly namespace: string;
}

const renderAgain =
  'The bundle would have to be rendered again for it, which redeploy-system does not do yet: deploy the service there with k8s-deploy.';

/**
 * Refuses to take bundles where they do not fit: they are applied as they are, so that namespace and kind of
 * environment must be those that they were rendered for.
 *
 * @throws SlipwayError `invalid-input` with everything that does not fit
 */
export function refuseUnfit(move: Move, bundles: readonly PlacedBundle[]): void {
  const problems = [
    ...judgeKind(move),
    ...bundles.flatMap((bundle) => judgeNamespace(move, bundle)),
  ];
  if (problems.length > 0) throw invalidInput(problems);
}

/** A version that shall replace another one in the target. */
export interface Replacement {
  readonly name: string;
  readonly version: string;
  /** What is live in the target; absent: nothing. */
  readonly there?: string;
}

/**
 * A newer version in the target is not replaced by an older one: what was migrated in between, nobody looked at.
 *
 * @throws SlipwayError `policy-blocked` naming every service
 */
export function refuseOlder(to: string, replacements: readonly Replacement[]): void {
  const older = replacements.flatMap(({ name, version, there }) => {
    const [next, live] = [tryParseVersion(version), tryParseVersion(there ?? '')];
    if (next === undefined || live === undefined) return [];
    if (computeLevel(live, next).direction !== 'down') return [];
    return [`${name} is ${live} in ${to}, and ${next} is older`];
  });
  if (older.length === 0) return;
  throw new SlipwayError('policy-blocked', older.join('; '), {
    fix: 'Going back is what rollback is for; leave these services out with the input only, or promote the newer version.',
  });
}

function judgeKind(move: Move): readonly Problem[] {
  const { from, to, environments } = move;
  const isProduction = (name: string): boolean => environments.get(name)?.isProduction ?? false;
  if (isProduction(from) === isProduction(to)) return [];
  if (isProduction(to)) {
    return [
      {
        subject: 'from-environment',
        given: from,
        expected: `an environment with production: true, as ${to} is: it takes only what was promoted`,
        fix: 'Take the bundles of a production environment, or promote the services.',
      },
    ];
  }
  if (findRoot(environments, to) === findRoot(environments, from)) return [];
  return [
    {
      subject: 'to-environment',
      given: to,
      expected: `an environment with production: true, as ${from} is, or one that is like ${from}`,
      fix: renderAgain,
    },
  ];
}

/** The environment that the bundles of this one are rendered for. */
function findRoot(environments: Move['environments'], name: string): string {
  const seen = new Set<string>();
  let root = name;
  for (let next: string | undefined = name; next !== undefined && !seen.has(next);) {
    seen.add(next);
    root = next;
    next = environments.get(next)?.like;
  }
  return root;
}

function judgeNamespace({ to, namespace }: Move, bundle: PlacedBundle): readonly Problem[] {
  if (bundle.namespace === namespace) return [];
  return [
    {
      subject: 'namespace',
      given: namespace,
      expected: `${bundle.namespace}, for which the bundle of ${bundle.service} was rendered, in ${to}`,
      fix: renderAgain,
    },
  ];
}
