import type { Digest, Repository, Tag } from '@slipway/core/image-ref';
import type { RegistryClient } from '../protocol/index.js';

/** What the target has, each question asked once, and as early as somebody can guess that it will be asked. */
export class TargetView {
  readonly #client: RegistryClient;
  readonly #repository: Repository;
  readonly #referrers = new Map<Digest, Promise<ReadonlySet<Digest>>>();
  #isNew: Promise<boolean> | undefined;
  readonly #answers = new Map<string, Promise<Digest | undefined>>();

  constructor(client: RegistryClient, repository: Repository) {
    this.#client = client;
    this.#repository = repository;
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.find(digest)) !== undefined;
  }

  /** What a tag names, or the digest itself; undefined when it is not there. */
  find(reference: Digest | Tag): Promise<Digest | undefined> {
    const known = this.#answers.get(reference) ?? this.#ask(reference);
    this.#answers.set(reference, known);
    known.catch(() => undefined); // told to who waits for it
    return known;
  }

  /** Whether the registry has no such repository: then nothing of the image can be there. */
  isNew(): Promise<boolean> {
    this.#isNew ??= this.#client.isUnknown(this.#repository);
    this.#isNew.catch(() => undefined); // told to who waits for it
    return this.#isNew;
  }

  /** Whether one of the tags names the digest. */
  async namesAny(tags: readonly Tag[], digest: Digest): Promise<boolean> {
    const named = await Promise.all(tags.map((tag) => this.find(tag)));
    return named.includes(digest);
  }

  /** Asks for a part as early as it is known that it must be asked for: when the whole is not there. */
  lookUnless(isWholeThere: Promise<boolean>, part: Digest): void {
    isWholeThere.then(
      (isThere) => isThere || void this.find(part),
      () => undefined, // told to who waits for it
    );
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
    return (await this.#client.resolve(this.#repository, reference))?.digest;
  }
}
