import { SlipwayError, invalidInput } from '@slipway/core/errors';

/** A service, and those that must work before it can. */
export interface DependentService {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/**
 * The order in which services can be made live: each stands in the first wave in which all that it needs is
 * there. Needs outside of the services are not waited for, see `refuseMissing`. Within a wave by name.
 *
 * @example planWaves([{ name: 'orders', dependsOn: ['catalog'] }, { name: 'catalog', dependsOn: [] }])
 * // [['catalog'], ['orders']]
 * @throws SlipwayError `invalid-input` that names a cycle
 */
export function planWaves(services: readonly DependentService[]): readonly (readonly string[])[] {
  const open = new Map(services.map(({ name, dependsOn }) => [name, dependsOn]));
  const waves: (readonly string[])[] = [];
  while (open.size > 0) {
    const wave = [...open]
      .filter(([, dependsOn]) => !dependsOn.some((needed) => open.has(needed)))
      .map(([name]) => name)
      .toSorted();
    if (wave.length === 0) throw describeCycle(open);
    for (const name of wave) open.delete(name);
    waves.push(wave);
  }
  return waves;
}

/** Everything that is still open needs something that is open: following needs must come round. */
function describeCycle(open: ReadonlyMap<string, readonly string[]>): SlipwayError {
  const path: string[] = [];
  let name = [...open.keys()].toSorted()[0] ?? '';
  while (!path.includes(name)) {
    path.push(name);
    name = open.get(name)?.find((needed) => open.has(needed)) ?? '';
  }
  const cycle = [...path.slice(path.indexOf(name)), name].join(' → ');
  return invalidInput([
    {
      subject: 'depends-on',
      given: cycle,
      expected: 'services that can be started one after another; these need each other',
      fix: 'Take one of them out of depends-on of the other in its .github/slipway.yml and deploy that, or redeploy without one of them with the input only.',
    },
  ]);
}

/**
 * Refuses to begin where something that is needed is neither among the services nor live where they go.
 *
 * @param target how the environment is called
 * @throws SlipwayError `dependency-missing` that names what is missing and who needs it
 */
export function refuseMissing(
  services: readonly DependentService[],
  target: string,
  isLive: (name: string) => boolean,
): void {
  const missing = listNeeded(services).filter((name) => !isLive(name));
  if (missing.length === 0) return;
  const sentences = missing.map((name) => {
    const needers = services.filter(({ dependsOn }) => dependsOn.includes(name));
    const who = needers.map((service) => service.name).toSorted();
    return `${who.join(' and ')} ${who.length === 1 ? 'needs' : 'need'} ${name}, which is not live in ${target}`;
  });
  throw new SlipwayError('dependency-missing', sentences.join('; '), {
    fix: `Redeploy ${missing.join(' and ')} along with it, or deploy it to ${target} first.`,
  });
}

/** What services need that is not among them, by name. */
export function listNeeded(services: readonly DependentService[]): readonly string[] {
  const own = new Set(services.map(({ name }) => name));
  const needed = new Set(services.flatMap(({ dependsOn }) => dependsOn));
  return [...needed].filter((name) => !own.has(name)).toSorted();
}
