import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Digest } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import { createRegistryClient } from '@slipway/io/registry';
import { startGitHub, type GitHubStandIn, type RepositoryStandIn } from '@slipway/lab/github';
import { makeShopRepository, type ShopRepository } from '@slipway/lab/shop';
import { createRecordingLogger } from '@slipway/testing/logger';
import { copyPrograms, runAct, writeRelease, type ActResult, type ActRun } from './act.js';
import { releaseCatalog } from './catalog.js';
import { openDeliveryParts, type DeliveryParts, type Environment } from './delivery-parts.js';
import { look, type Look } from './look.js';
import { formatShopFiles } from './shop-files.js';

/** The shop on GitHub, with the starter workflows for orders, and where they take it. */
export interface DeliveredShop {
  readonly repository: ShopRepository;
  /** The people who review on GitHub. */
  readonly reviewers: RepositoryStandIn;
  /** What is live of the catalog, which orders calls. */
  readonly catalog: Digest;
  git(...args: readonly string[]): Promise<string>;
  /** What GitHub would do; every run has the number 1. */
  run(run: ActRun): Promise<ActResult>;
  /** At orders. */
  look(environment: Environment): Promise<Look>;
  close(): Promise<void>;
}

const project = { owner: 'example', name: 'shop' } as const;
const config = '.github/slipway.yml';

/** Starts what is missing, makes the repository, and makes the catalog live. */
export async function openDeliveredShop(): Promise<DeliveredShop> {
  const parts = await openDeliveryParts();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-delivery-'));
  const repository = await makeRepository(parts, join(folder, 'shop'));
  const git: DeliveredShop['git'] = async (...args) => {
    const identity = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com'];
    const { stdout } = await runCommand(['git', ...identity, ...args], { cwd: repository.folder });
    return stdout.trim();
  };
  await git('remote', 'add', 'origin', `https://github.com/${project.owner}/${project.name}`);
  const catalog = await releaseCatalog(parts, { folder, shop: repository.folder });
  const github = await startGitHub();
  const reviewers = github.repository(project.owner, project.name);
  for (const name of ['production-approval', 'production-major']) {
    reviewers.setEnvironment(name, ['ada']);
  }
  reviewers.setFile(config, readFileSync(join(repository.folder, config), 'utf8'));
  const registry = await createRegistryClient({
    ...{ credentials: [], plainHttp: Object.values(parts.hosts) },
    ...{ clock: systemClock, logger: createRecordingLogger() },
    signal: new AbortController().signal,
  });
  return {
    ...{ repository, reviewers, catalog, git },
    run: prepareAct(parts, github, repository, folder),
    look: async (environment) =>
      look({
        ...{ service: 'orders', environment, client: registry },
        image: `${parts.repositories[environment]}/${imageFolders[environment]}/orders`,
        kubectl: async (...args) => parts.runKubectl(environment, ...args),
      }),
    close: async () => {
      registry.close();
      await github.close();
      await parts.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As slipway.yml of the shop names them. */
const imageFolders: Readonly<Record<Environment, string>> = {
  test: 'shop',
  production: 'shop-production',
};

async function makeRepository(parts: DeliveryParts, folder: string): Promise<ShopRepository> {
  const { namespace, repositories, hosts } = parts;
  const place = {
    namespace,
    candidates: repositories.test,
    production: repositories.production,
    files: formatShopFiles(hosts.test, Object.values(hosts)),
  };
  return makeShopRepository(folder, place, new AbortController().signal);
}

/** With the packaged verbs, and with what the repository's settings would hold. */
function prepareAct(
  { act, engine, kubectl, kubeconfigs }: DeliveryParts,
  github: GitHubStandIn,
  repository: ShopRepository,
  folder: string,
): DeliveredShop['run'] {
  const release = join(folder, 'release');
  writeRelease(release, copyPrograms);
  const path = [engine.programs, dirname(kubectl)];
  return async (run) =>
    runAct({ program: act, folder, release, path }, repository.folder, {
      ...run,
      env: { ...engine.environment, GITHUB_API_URL: github.apiUrl },
      secrets: {
        GITHUB_TOKEN: github.token,
        TEST_KUBECONFIG: readFileSync(kubeconfigs.test, 'utf8'),
        PRODUCTION_KUBECONFIG: readFileSync(kubeconfigs.production, 'utf8'),
      },
    });
}
