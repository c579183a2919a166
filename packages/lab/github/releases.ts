import { describeRelease, invalid, notFound, type Answer, type ReleaseAnswer } from './answers.js';

const maxBody = 125_000;

/** A release, and whether it is shown as the latest one of its repository. */
export interface PublishedRelease {
  readonly release: ReleaseAnswer;
  readonly isLatest: boolean;
}

/** The releases of one repository, as GitHub's REST API keeps them: one for a tag, and the newest is the latest. */
export class ReleaseStore {
  readonly #repository: string;
  readonly #releases: PublishedRelease[] = [];

  constructor(repository: string) {
    this.#repository = repository;
  }

  /** In the order in which they were made. */
  get all(): readonly PublishedRelease[] {
    return this.#releases;
  }

  /** `GET /repos/{owner}/{repo}/releases/tags/{tag}` */
  find(tag: string): Answer {
    const found = this.#releases.find(({ release }) => release.tag_name === tag);
    return found === undefined ? notFound : { status: 200, body: found.release };
  }

  /** `POST /repos/{owner}/{repo}/releases` */
  create(request: Readonly<Record<string, unknown>>): Answer {
    const { tag_name: tag, target_commitish: commit = 'main', name = '', body = '' } = request;
    if (typeof tag !== 'string') return invalid('tag_name', 'missing_field', 'Release');
    if (this.find(tag).status === 200) return invalid('tag_name', 'already_exists', 'Release');
    if (String(body).length > maxBody) return invalid('body', 'too_long', 'Release');
    const id = this.#releases.length + 1;
    const texts = { tag, commit: String(commit), name: String(name), body: String(body) };
    const release = describeRelease(this.#repository, id, texts);
    this.#releases.push({ release, isLatest: request['make_latest'] !== 'false' });
    return { status: 201, body: release };
  }
}
