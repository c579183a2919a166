import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRepository, type Repository } from '@slipway/core/image-ref';
import {
  copyImage,
  openLayout,
  pushImage,
  type PushResult,
  type RegistryClient,
  type TagOptions,
} from '@slipway/io/registry';
import { startTestRegistry, type TestRegistry } from '@slipway/lab/test-registry';
import { createManualClock } from '../clock/index.js';
import { writeContent } from '../content/index.js';
import { createRecordingLogger } from '../logger/index.js';
import { openTestClient, type ProxyRecord } from '../registry/index.js';
import { openProfile, type OpenProfile, type RegistryProfile } from '../registry-profiles/index.js';
import type { Scene } from './scenes.js';

export const isWrite = ({ method }: ProxyRecord): boolean => method !== 'GET' && method !== 'HEAD';
export const isBlob = ({ path }: ProxyRecord): boolean => path.includes('/blobs/');

/** One path, in the registry that is looked at and in another. */
export interface Place {
  readonly path: string;
  readonly here: Repository;
  readonly there: Repository;
}

/** What a push or a tag is told where a test says nothing. */
export function options(change: Partial<TagOptions> = {}): TagOptions {
  const tools = { logger: createRecordingLogger(), clock: createManualClock() };
  return { tags: [], tagPolicy: 'fail', isDryRun: false, ...tools, ...change };
}

/** A registry that is looked at, another one, and clients that are new for everything they do. */
export class SuiteStage {
  readonly here: OpenProfile;
  readonly elsewhere: TestRegistry;
  readonly #folder: string;
  readonly #clients: RegistryClient[] = [];
  #count = 0;

  private constructor(here: OpenProfile, elsewhere: TestRegistry, folder: string) {
    this.here = here;
    this.elsewhere = elsewhere;
    this.#folder = folder;
  }

  static async open(profile: RegistryProfile): Promise<SuiteStage> {
    const [here, elsewhere, folder] = await Promise.all([
      openProfile(profile),
      startTestRegistry({ kind: 'go-containerregistry-with-referrers' }),
      mkdtemp(join(tmpdir(), 'slipway-registry-suite-')),
    ]);
    return new SuiteStage(here, elsewhere, folder);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all([this.here.close(), this.elsewhere.close()]);
    await rm(this.#folder, { recursive: true });
  }

  /** A path at which nothing is yet. */
  fresh(): Place {
    this.#count += 1;
    const path = `suite/app-${this.#count}`;
    this.here.createRepository(path);
    return {
      path,
      here: parseRepository(`${this.here.host}/${path}`),
      there: parseRepository(`${this.elsewhere.host}/${path}`),
    };
  }

  async client(): Promise<RegistryClient> {
    const { auth, caCertificates } = this.here;
    const ca = caCertificates === undefined ? {} : { caCertificates };
    const { client } = await openTestClient({ auth, ...ca });
    this.#clients.push(client);
    return client;
  }

  async push(
    { content, root }: Scene,
    repository: Repository,
    change: Partial<TagOptions> = {},
  ): Promise<PushResult> {
    this.#count += 1;
    const place = join(this.#folder, `${this.#count}`);
    await writeContent(place, content, root);
    return pushImage(await this.client(), await openLayout(place), repository, options(change));
  }

  async copy({ root }: Scene, from: Repository, to: Repository): Promise<void> {
    await copyImage(await this.client(), { from, digest: root.digest, to }, options());
  }

  /** What the registry was asked while something was done. */
  async recordsOf(work: () => Promise<unknown>): Promise<readonly ProxyRecord[]> {
    const before = this.here.records.length;
    await work();
    return this.here.records.slice(before);
  }
}
