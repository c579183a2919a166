import type { Digest, Repository, Tag } from '@slipway/core/image-ref';
import type { RegistryClient } from '../protocol/index.js';
import { isWritten, type TagOutcome } from './tag-plan.js';

/** What the target has, each question asked once, and as early as somebody can guess that it will be asked. */
export class TargetView {
  readonly #client: RegistryClient;
  readonly #repository: Repository;
  readonly #access: 'pull' | 'push';
  #isNew = false;
  #isWaitedFor: Promise<unknown> = Promise.resolve();
  readonly #referrers = new Map<Digest, Promise<ReadonlySet<Digest>>>();
  readonly #answers = new Map<string, Promise<Digest | undefined>>();

  /** @param isDryRun nothing will be written there: the right to read is enough */
  constructor(client: RegistryClient, repository: Repository, isDryRun: boolean) {
    this.#client = client;
    this.#repository = repository;
    this.#access = isDryRun ? 'pull' : 'push';
  }

  /**
   * What its tags tell of the image itself: one that names it says that it is there; where one will be written
   * the manifest is sent with it in any case, and need not be asked for.
   */
  noteTags(digest: Digest, outcomes: readonly TagOutcome[]): void {
    const isNamed = outcomes.some(({ state }) => state === 'unchanged');
    if (!isNamed && !outcomes.some(isWritten)) return;
    this.#answers.set(digest, Promise.resolve(isNamed ? digest : undefined));
  }

  /** What a tag names, or the digest itself; undefined when it is not there. */
  find(reference: Digest | Tag): Promise<Digest | undefined> {
    const known = this.#answers.get(reference) ?? this.#ask(reference);
    this.#answers.set(reference, known);
    known.catch(() => undefined); // told to who waits for it
    return known;
  }

  /**
   * Asks whether the registry has no such repository: then nothing of the image can be there.
   *
   * @param options.isWaitedFor every other question waits, and is not asked of a repository that is not there
   */
  askIsNew({ isWaitedFor }: { readonly isWaitedFor: boolean }): void {
    const asking = this.#client.isUnknown(this.#repository).then(
      (isNew) => {
        this.#isNew = isNew;
      },
      () => undefined, // an abort, which others are told, too
    );
    if (isWaitedFor) this.#isWaitedFor = asking;
  }

  /** Whether it is known by now that the repository is not there. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** What refers to something there. */
  listReferrers(subject: Digest): Promise<ReadonlySet<Digest>> {
    const known = this.#referrers.get(subject) ?? this.#list(subject);
    this.#referrers.set(subject, known);
    known.catch(() => undefined); // told to who waits for it
    return known;
  }

  async #list(subject: Digest): Promise<ReadonlySet<Digest>> {
    const listed = await this.#client.listReferrers(this.#repository, subject);
    return new Set(listed.map(({ digest }) => digest));
  }

  async #ask(reference: Digest | Tag): Promise<Digest | undefined> {
    await this.#isWaitedFor;
    if (this.#isNew) return undefined;
    return (await this.#client.resolve(this.#repository, reference, this.#access))?.digest;
  }
}
