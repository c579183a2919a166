import { textAt, valueAt } from './json.js';

const conditions = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
] as const;
/** What a service waits for, of one that it depends on; from the least to the most. */
export type Condition = (typeof conditions)[number];

interface Dependency {
  readonly service: string;
  readonly condition: Condition;
}

/** A service of a Compose file, as far as it decides what is started when. */
export interface ComposeService {
  readonly name: string;
  readonly dependsOn: readonly Dependency[];
  /** It starts only when it is asked for. */
  readonly hasProfile: boolean;
  readonly isBuilt: boolean;
  /** Absent where Compose names it after the project. */
  readonly image?: string;
  /** The name that its container would have on the whole machine; absent where Compose names it. */
  readonly containerName?: string;
  /** Those of the file that it is in. */
  readonly networks: readonly string[];
  /** Folders and files of the machine that it sees. Absolute. */
  readonly mounted: readonly string[];
}

/** Reads what `docker compose config --format json` answers. */
export function readComposeServices(config: unknown): readonly ComposeService[] {
  return Object.entries(valueAt(config, 'services') ?? {}).map(([name, service]) => {
    const image = textAt(service, 'image');
    const containerName = textAt(service, 'container_name');
    return {
      name,
      dependsOn: Object.entries(valueAt(service, 'depends_on') ?? {}).map(([service, value]) => ({
        service,
        condition: readCondition(value),
      })),
      hasProfile: listOf(valueAt(service, 'profiles')).length > 0,
      isBuilt: valueAt(service, 'build') !== undefined,
      ...(image === undefined ? {} : { image }),
      ...(containerName === undefined ? {} : { containerName }),
      networks: Object.keys(valueAt(service, 'networks') ?? {}),
      mounted: listOf(valueAt(service, 'volumes')).flatMap((volume) =>
        valueAt(volume, 'type') === 'bind' ? (textAt(volume, 'source') ?? []) : [],
      ),
    };
  });
}

function readCondition(dependency: unknown): Condition {
  const given = valueAt(dependency, 'condition');
  return conditions.find((condition) => condition === given) ?? 'service_started';
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

/** A service that has to be there before the tests start. */
export interface NeededService {
  readonly name: string;
  /** The most that anybody waits for. */
  readonly condition: Condition;
}

/**
 * What has to be there before a service's tests start: what it depends on, and so on; for a service that depends
 * on nothing, all others that `docker compose up` would start.
 *
 * @example listNeeded([{ name: 'test', dependsOn: [{ service: 'db', condition: 'service_healthy' }], … }, …], 'test')
 * // [{ name: 'db', condition: 'service_healthy' }]
 */
export function listNeeded(
  services: readonly ComposeService[],
  tested: string,
): readonly NeededService[] {
  const names = listNames(services, tested);
  const waiting = services.filter(({ name }) => name === tested || names.includes(name));
  const waits = waiting.flatMap(({ dependsOn }) => dependsOn);
  return names.map((name) => {
    const asked = waits.filter(({ service }) => service === name).map(({ condition }) => condition);
    const condition = conditions.findLast((each) => asked.includes(each)) ?? 'service_started';
    return { name, condition };
  });
}

function listNames(services: readonly ComposeService[], tested: string): readonly string[] {
  const find = (name: string): ComposeService | undefined =>
    services.find((service) => service.name === name);
  const listOwn = (name: string): readonly string[] =>
    find(name)?.dependsOn.map(({ service }) => service) ?? [];
  const needed = new Set(listOwn(tested));
  for (const name of needed) for (const next of listOwn(name)) needed.add(next);
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
    const health = readHealth(container);
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

/** What is to be checked is `starting` where nothing was said of it yet. */
function readHealth(container: unknown): string | undefined {
  const [kind] = listOf(valueAt(container, 'Config', 'Healthcheck', 'Test'));
  const isChecked = kind !== undefined && kind !== 'NONE';
  return textAt(container, 'State', 'Health', 'Status') ?? (isChecked ? 'starting' : undefined);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export type ServicesState =
  | { readonly state: 'ready' }
  | { readonly state: 'waiting'; readonly services: readonly NeededService[] }
  /** `reason` completes “the service db …”. */
  | { readonly state: 'failed'; readonly service: string; readonly reason: string };

/** Whoever restarts that often does not come up. */
const mostRestarts = 3;

/**
 * Whether services are there, as those that depend on them want it: ended with exit code 0, or healthy. What merely
 * has to be started is healthy where something checks that, else it runs, or ended well.
 *
 * @example judgeServices([{ name: 'db', condition: 'service_started' }], [{ service: 'db', status: 'running', health: 'starting', … }])
 * // { state: 'waiting', services: [{ name: 'db', condition: 'service_started' }] }
 */
export function judgeServices(
  needed: readonly NeededService[],
  containers: readonly ServiceContainer[],
): ServicesState {
  const waiting: NeededService[] = [];
  for (const service of needed) {
    const { name, condition } = service;
    const own = containers.filter((container) => container.service === name);
    const reasons = own.map((container) => explainService(container, condition));
    const reason = reasons.find((each) => each !== undefined);
    if (reason !== undefined) return { state: 'failed', service: name, reason };
    const isReady = own.length > 0 && own.every((each) => isServiceReady(each, condition));
    if (!isReady) waiting.push(service);
  }
  return waiting.length === 0 ? { state: 'ready' } : { state: 'waiting', services: waiting };
}

function explainService(container: ServiceContainer, condition: Condition): string | undefined {
  const { status, exitCode, restarts } = container;
  if (status === 'exited' && exitCode !== 0) return `ended with exit code ${exitCode}`;
  if (status === 'dead') return 'is dead';
  if (restarts >= mostRestarts) return `ends again and again, ${restarts} times so far`;
  // one that ends may be of an image whose check is for one that does not
  return condition === 'service_completed_successfully'
    ? undefined
    : explainHealth(container, condition);
}

function explainHealth(
  { status, health, said }: ServiceContainer,
  condition: Condition,
): string | undefined {
  const isAsked = condition === 'service_healthy';
  if (status === 'exited' && (health !== undefined || isAsked))
    return 'ended before it was healthy';
  if (status === 'running' && health === undefined && isAsked) {
    return 'must be healthy, and has no health check';
  }
  const check = said === undefined ? '' : `: its check said “${said}”`;
  return health === 'unhealthy' ? `is not healthy${check}` : undefined;
}

function isServiceReady({ status, health }: ServiceContainer, condition: Condition): boolean {
  if (condition === 'service_completed_successfully') return status === 'exited';
  if (health !== undefined) return health === 'healthy';
  return status === 'running' || status === 'exited';
}
