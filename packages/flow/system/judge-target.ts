import type { EnvironmentSettings } from '@slipway/core/config';
import { invalidInput, type Problem } from '@slipway/core/errors';

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
