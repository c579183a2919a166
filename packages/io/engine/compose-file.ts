import { textAt, valueAt } from './json.js';

/** A service of a Compose file, as far as it decides what is started when. */
export interface ComposeService {
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** It starts only when it is asked for. */
  readonly hasProfile: boolean;
  readonly isBuilt: boolean;
  /** Absent where Compose names it after the project. */
  readonly image?: string;
  /** Folders and files of the machine that it sees. Absolute. */
  readonly mounted: readonly string[];
}

/** Reads what `docker compose config --format json` answers. */
export function readComposeServices(config: unknown): readonly ComposeService[] {
  return Object.entries(valueAt(config, 'services') ?? {}).map(([name, service]) => {
    const image = textAt(service, 'image');
    return {
      name,
      dependsOn: Object.keys(valueAt(service, 'depends_on') ?? {}),
      hasProfile: listOf(valueAt(service, 'profiles')).length > 0,
      isBuilt: valueAt(service, 'build') !== undefined,
      ...(image === undefined ? {} : { image }),
      mounted: listOf(valueAt(service, 'volumes')).flatMap((volume) =>
        valueAt(volume, 'type') === 'bind' ? (textAt(volume, 'source') ?? []) : [],
      ),
    };
  });
}

/**
 * Volumes and networks that have a name of their own in the file, and so are not of this run alone: what runs
 * elsewhere under that name would be used, and removed afterwards.
 *
 * @param project begins the names of what is this run's
 * @param config what `docker compose config --format json` answers
 * @example findForeign('slipway-1', { volumes: { data: { name: 'orders-data' } } }) // ['volume data: orders-data']
 */
export function findForeign(project: string, config: unknown): readonly string[] {
  return ['volume', 'network'].flatMap((kind) =>
    Object.entries(valueAt(config, `${kind}s`) ?? {}).flatMap(([key, value]) => {
      const name = textAt(value, 'name') ?? '';
      const isOwn = name.startsWith(`${project}_`) || valueAt(value, 'external') === true;
      return isOwn ? [] : [`${kind} ${key}: ${name}`];
    }),
  );
}

/**
 * What has to be there before a service's tests start: what it depends on, and so on; for a service that depends
 * on nothing, all others that `docker compose up` would start.
 *
 * @example listNeeded([{ name: 'test', dependsOn: ['db'], … }, { name: 'db', … }], 'test') // ['db']
 */
export function listNeeded(services: readonly ComposeService[], tested: string): readonly string[] {
  const find = (name: string): ComposeService | undefined =>
    services.find((service) => service.name === name);
  const first = find(tested)?.dependsOn ?? [];
  const needed = new Set(first);
  for (const name of needed) for (const next of find(name)?.dependsOn ?? []) needed.add(next);
  needed.delete(tested);
  if (needed.size > 0) return [...needed].filter((name) => find(name) !== undefined);
  return services
    .filter(({ name, hasProfile }) => name !== tested && !hasProfile)
    .map(({ name }) => name);
}

/** A container of a service, as its engine sees it. */
export interface ServiceContainer {
  readonly service: string;
  /** `created`, `running`, `restarting`, `exited`, … */
  readonly status: string;
  readonly exitCode: number;
  readonly restarts: number;
  /** `starting`, `healthy`, `unhealthy`; absent where nothing checks. */
  readonly health?: string;
  /** What the last check said. */
  readonly said?: string;
}

/** Reads what `docker container inspect` answers about containers of a project. */
export function readServiceContainers(containers: unknown): readonly ServiceContainer[] {
  return listOf(containers).flatMap((container) => {
    const service = textAt(container, 'Config', 'Labels', 'com.docker.compose.service');
    if (service === undefined) return [];
    const exitCode = valueAt(container, 'State', 'ExitCode');
    const restarts = valueAt(container, 'RestartCount');
    const health = textAt(container, 'State', 'Health', 'Status');
    const checks = listOf(valueAt(container, 'State', 'Health', 'Log'));
    const said = textAt(checks.at(-1), 'Output')?.replaceAll(/\s+/g, ' ').trim();
    return {
      service,
      status: textAt(container, 'State', 'Status') ?? '',
      exitCode: typeof exitCode === 'number' ? exitCode : 0,
      restarts: typeof restarts === 'number' ? restarts : 0,
      ...(health === undefined || health === 'none' ? {} : { health }),
      ...(said === undefined || said === '' ? {} : { said }),
    };
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export type ServicesState =
  | { readonly state: 'ready' }
  | { readonly state: 'waiting'; readonly services: readonly string[] }
  /** `reason` completes “the service db …”. */
  | { readonly state: 'failed'; readonly service: string; readonly reason: string };

/** Whoever restarts that often does not come up. */
const mostRestarts = 3;

/**
 * Whether services are there: healthy where something checks that, else running, or ended well (a migration).
 *
 * @example judgeServices(['db'], [{ service: 'db', status: 'running', health: 'starting', … }]) // { state: 'waiting', services: ['db'] }
 */
export function judgeServices(
  names: readonly string[],
  containers: readonly ServiceContainer[],
): ServicesState {
  const waiting: string[] = [];
  for (const name of names) {
    const own = containers.filter(({ service }) => service === name);
    const reasons = own.map(explainService).filter((reason) => reason !== undefined);
    const [reason] = reasons;
    if (reason !== undefined) return { state: 'failed', service: name, reason };
    if (own.length === 0 || !own.every(isServiceReady)) waiting.push(name);
  }
  return waiting.length === 0 ? { state: 'ready' } : { state: 'waiting', services: waiting };
}

function explainService(container: ServiceContainer): string | undefined {
  const { status, exitCode, restarts, health, said } = container;
  const check = said === undefined ? '' : `: its check said “${said}”`;
  if (status === 'exited' && exitCode !== 0) return `ended with exit code ${exitCode}`;
  if (status === 'exited' && health !== undefined) return 'ended before it was healthy';
  if (health === 'unhealthy') return `is not healthy${check}`;
  if (status === 'dead') return 'is dead';
  return restarts >= mostRestarts ? `ends again and again, ${restarts} times so far` : undefined;
}

function isServiceReady({ status, health }: ServiceContainer): boolean {
  if (health !== undefined) return health === 'healthy';
  return status === 'running' || status === 'exited';
}
