import {
  describeDeployment,
  describeDeploymentStatus,
  invalid,
  notFound,
  refusal,
  type Answer,
  type DeploymentAnswer,
  type DeploymentStatusAnswer,
} from './answers.js';

type State = DeploymentStatusAnswer['state'];

const states: readonly State[] = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
];
const maxDescription = 140;

/** A deployment with its statuses, newest first. */
export interface MirroredDeployment {
  readonly deployment: DeploymentAnswer;
  readonly statuses: readonly DeploymentStatusAnswer[];
}

/**
 * The deployments of one repository, as GitHub's REST API keeps them: merging is on and all checks are required
 * unless a request says otherwise, and a status that is too long is refused.
 */
export class DeploymentStore {
  readonly #repository: string;
  /** Newest first. */
  readonly #deployments: { deployment: DeploymentAnswer; statuses: DeploymentStatusAnswer[] }[] =
    [];
  readonly #commits = new Set<string>();
  #lastId = 1000;

  constructor(repository: string) {
    this.#repository = repository;
  }

  get all(): readonly MirroredDeployment[] {
    return this.#deployments;
  }

  addCommit(sha: string): void {
    this.#commits.add(sha);
  }

  /** What GitHub does at the start of a job that has an environment. */
  startJob(environment: string, sha: string, runUrl: string): number {
    const { deployment, statuses } = this.#add({
      ref: sha,
      sha,
      task: 'deploy',
      environment,
      description: '',
      payload: '',
      production_environment: environment === 'production',
    });
    const status = { state: 'in_progress', description: '', log_url: `${runUrl}/job/5` } as const;
    statuses.unshift(describeDeploymentStatus(deployment, this.#nextId(), status));
    return Number(deployment.id);
  }

  /** `POST /repos/{owner}/{repo}/deployments` */
  create(request: Readonly<Record<string, unknown>>): Answer {
    const {
      ref,
      task = 'deploy',
      environment = 'production',
      description = '',
      payload = '',
    } = request;
    if (typeof ref !== 'string') return invalid('ref', 'missing_field');
    if (!this.#commits.has(ref)) return refusal(422, `No ref found for: ${ref}`);
    if (request['auto_merge'] !== false) return refusal(409, 'Conflict merging main into it');
    if (!Array.isArray(request['required_contexts']) || request['required_contexts'].length > 0) {
      return refusal(409, 'Conflict: Commit status checks failed for it.');
    }
    const { deployment } = this.#add({
      ref,
      sha: ref,
      task: String(task),
      environment: String(environment),
      description: String(description),
      payload: payload as DeploymentAnswer['payload'],
      production_environment: request['production_environment'] === true,
    });
    return { status: 201, body: deployment };
  }

  /** `GET /repos/{owner}/{repo}/deployments` */
  list(query: URLSearchParams): Answer {
    const [environment, sha] = [query.get('environment'), query.get('sha')];
    const body = this.#deployments
      .map(({ deployment }) => deployment)
      .filter((each) => environment === null || each.environment === environment)
      .filter((each) => sha === null || each.sha === sha)
      .slice(0, Number(query.get('per_page') ?? 30));
    return { status: 200, body };
  }

  /** `POST …/deployments/{deployment_id}/statuses` */
  addStatus(id: number, request: Readonly<Record<string, unknown>>): Answer {
    const found = this.#find(id);
    if (found === undefined) return notFound;
    const { state, description = '', log_url: logUrl = '' } = request;
    const known = states.find((each) => each === state);
    if (known === undefined) return invalid('state', 'invalid');
    if (String(description).length > maxDescription) return invalid('description', 'too_long');
    const status = { state: known, description: String(description), log_url: String(logUrl) };
    const body = describeDeploymentStatus(found.deployment, this.#nextId(), status);
    found.statuses.unshift(body);
    return { status: 201, body };
  }

  /** `GET …/deployments/{deployment_id}/statuses` */
  listStatuses(id: number): Answer {
    const found = this.#find(id);
    return found === undefined ? notFound : { status: 200, body: found.statuses };
  }

  #find(id: number) {
    return this.#deployments.find(({ deployment }) => Number(deployment.id) === id);
  }

  #add(request: Parameters<typeof describeDeployment>[2]) {
    const deployment = describeDeployment(this.#repository, this.#nextId(), request);
    const added = { deployment, statuses: [] as DeploymentStatusAnswer[] };
    this.#deployments.unshift(added);
    return added;
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}
