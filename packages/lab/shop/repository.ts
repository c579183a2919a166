import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';

/** The services of the shop, each after those that it calls. */
export const services = ['catalog', 'orders', 'storefront'] as const;
export type ServiceName = (typeof services)[number];

/** Where this shop is, in place of where the example is. */
export interface ShopPlace {
  /** What its repositories begin with: `10.64.0.1:20000` */
  readonly candidates: string;
  readonly production: string;
  /** In every cluster; default is `shop`. */
  readonly namespace?: string;
  /** By path: what is committed beside the files of the example, or in their place. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The Git repository of the shop: a copy of the example with real registries. */
export interface ShopRepository {
  readonly folder: string;
  /** Its first commit. */
  readonly firstCommit: string;
  /**
   * Commits a change of `story/`, by its file's name, after taking others back.
   *
   * @returns the commit, and its message's first line
   */
  commit(
    change: string,
    options?: { readonly takeBack?: readonly string[] },
  ): Promise<{ readonly commit: string; readonly subject: string }>;
}

const example = fileURLToPath(new URL('../../../examples/shop', import.meta.url));

/** The tag of the integration suite's image. */
export const suiteTag = '1.0.0';

/**
 * Makes the repository in a folder: one commit on `main`, which is 1.0.0 of each service.
 *
 * @param signal stops git
 */
export async function makeShopRepository(
  folder: string,
  place: ShopPlace,
  signal: AbortSignal,
): Promise<ShopRepository> {
  cpSync(example, folder, { recursive: true });
  namePlace(folder, place);
  for (const [path, text] of Object.entries(place.files ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const git = async (...args: readonly string[]): Promise<string> => {
    const identity = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com'];
    const argv: [string, ...string[]] = ['git', ...identity, ...args];
    const { stdout } = await runCommand(argv, { cwd: folder, env: gitEnvironment, signal });
    return stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'feat: the shop');
  for (const service of services) await git('tag', `${service}-v1.0.0`);
  return {
    folder,
    firstCommit: await git('rev-parse', 'HEAD'),
    commit: async (change, { takeBack = [] } = {}) => {
      for (const name of takeBack) await git('apply', '--reverse', `story/${name}.patch`);
      await git('apply', `story/${change}.patch`);
      const subject = readSubject(join(folder, 'story', `${change}.patch`));
      await git('commit', '--all', '--quiet', '--message', subject);
      return { commit: await git('rev-parse', 'HEAD'), subject };
    },
  };
}

/** The machine's own settings have no part in the story. */
const gitEnvironment = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };

function namePlace(folder: string, place: ShopPlace): void {
  const { candidates, production, namespace = 'shop' } = place;
  for (const file of ['.github/slipway.yml', 'system.yml', 'integration/suite.yaml']) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8')
      .replaceAll('registry.example.com/shop-production/', `${production}/shop-production/`)
      .replaceAll('registry.example.com/shop/', `${candidates}/shop/`)
      .replaceAll(/namespace: shop\b/g, `namespace: ${namespace}`)
      .replace(
        'image: integration-suite',
        `image: ${candidates}/shop/integration-suite:${suiteTag}`,
      );
    writeFileSync(path, text);
  }
}

function readSubject(patch: string): string {
  const [, subject] = /^Subject: (?<subject>.+)$/m.exec(readFileSync(patch, 'utf8')) ?? [];
  if (subject === undefined) throw new Error(`${patch} does not say its subject`);
  return subject;
}
