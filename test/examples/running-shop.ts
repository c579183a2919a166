import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { runCommand, startProcess, type RunningProcess } from '@slipway/io/command';

const example = fileURLToPath(new URL('../../examples/shop', import.meta.url));

export const services = ['catalog', 'orders', 'storefront'] as const;
type Service = (typeof services)[number];
type Settings = Readonly<Record<string, string>>;

/** The example's files in a folder of their own, with some of the changes that the story tells. */
export interface ShopSources {
  readonly folder: string;
  /** Compiles the catalog; the others run as they are. */
  build(): Promise<void>;
  /** Runs the tests of a service as its Dockerfile does, and answers with the exit code and the report. */
  test(service: Service): Promise<{ readonly exitCode: number; readonly report: string }>;
  remove(): void;
}

/** @param changes numbers of the patches in `examples/shop/story`, in their order */
export async function takeShopSources(changes: readonly number[]): Promise<ShopSources> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-shop-'));
  cpSync(example, folder, { recursive: true });
  const story = join(folder, 'story');
  for (const change of changes) {
    const patch = readdirSync(story).find((name) => name.startsWith(`${change}-`));
    await runCommand(['git', 'apply', join(story, patch ?? String(change))], { cwd: folder });
  }
  const cwd = (service: Service): string => join(folder, 'services', service);
  return {
    folder,
    build: async () => {
      await runCommand(['go', 'build', '-o', 'catalog', '.'], { cwd: cwd('catalog') });
    },
    test: async (service) => {
      const { exitCode } = await runCommand(testCommands[service], {
        cwd: cwd(service),
        env: { NODE_OPTIONS: undefined, NODE_TEST_CONTEXT: undefined },
        acceptExitCodes: [1],
      });
      return { exitCode, report: readFileSync(join(cwd(service), 'reports/junit.xml'), 'utf8') };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const testCommands: Readonly<Record<Service, readonly [string, ...string[]]>> = {
  catalog: ['go', 'run', './junit'],
  orders: [
    'sh',
    '-c',
    'mkdir -p reports && exec "$0" --test --test-reporter=junit --test-reporter-destination=reports/junit.xml',
    process.execPath,
  ],
  storefront: ['python3', 'run_tests.py'],
};

const programs: Readonly<Record<Service, readonly [string, ...string[]]>> = {
  catalog: ['./catalog'],
  orders: [process.execPath, 'src/main.js'],
  storefront: ['python3', '-m', 'storefront'],
};

interface RunningService {
  readonly url: string;
  readonly process: RunningProcess;
}

/** The three services on loopback, set up as the overlay of an environment says. */
export interface RunningShop {
  readonly services: Readonly<Record<Service, RunningService>>;
  runSuite(): Promise<{ readonly exitCode: number; readonly stdout: string }>;
  stop(): Promise<void>;
}

/**
 * @param graceMs how long a service that is told to end may go on; they all do for 4 s
 * @throws Error when a service ends before it listens, with what it said
 */
export async function startShop(
  { folder }: ShopSources,
  environment: 'test' | 'production',
  graceMs: number,
): Promise<RunningShop> {
  const started: RunningService[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((each) => each.process.stop()));
  };
  const start = async (service: Service, settings: Settings): Promise<RunningService> => {
    const env = { ...readSettings(folder, service, environment), ...settings };
    const running = await startService(folder, service, env, graceMs);
    started.push(running);
    return running;
  };
  try {
    const catalog = await start('catalog', { CATALOG_DATA: 'data/products.json' });
    const orders = await start('orders', { CATALOG_URL: catalog.url });
    const urls = { CATALOG_URL: catalog.url, ORDERS_URL: orders.url };
    const storefront = await start('storefront', urls);
    const env = { ...urls, STOREFRONT_URL: storefront.url, NODE_OPTIONS: undefined };
    const suite = [process.execPath, join(folder, 'integration/suite.js')] as const;
    return {
      services: { catalog, orders, storefront },
      runSuite: async () => runCommand(suite, { env, acceptExitCodes: [1] }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startService(
  folder: string,
  service: Service,
  settings: Settings,
  graceMs: number,
): Promise<RunningService> {
  const name = service.toUpperCase();
  const env = {
    ...settings,
    [`${name}_ADDRESS`]: '127.0.0.1:0',
    [`${name}_VERSION`]: '1.2.3',
    NODE_OPTIONS: undefined,
  };
  const cwd = join(folder, 'services', service);
  const running = await startProcess(programs[service], { cwd, env, graceMs });
  for await (const line of running.lines) {
    const address = / on (?<address>127\.0\.0\.1:\d+)$/.exec(line)?.groups?.['address'];
    if (address !== undefined) return { url: `http://${address}`, process: running };
  }
  throw new Error(await running.ended);
}

/** What the ConfigMap of a service says: the literals of its base, then those of the overlay. */
function readSettings(folder: string, service: Service, environment: string): Settings {
  const literals = ['base', environment].flatMap((layer) => {
    const file = join(folder, 'services', service, 'deploy', layer, 'kustomization.yaml');
    const { configMapGenerator = [] } = load(readFileSync(file, 'utf8')) as {
      readonly configMapGenerator?: readonly { readonly literals: readonly string[] }[];
    };
    return configMapGenerator.flatMap((map) => map.literals);
  });
  const settings: Record<string, string> = {};
  for (const literal of literals) {
    const [name = '', value = ''] = literal.split('=', 2);
    settings[name] = value;
  }
  return settings;
}
