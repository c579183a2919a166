import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  badCredentials,
  describeApproval,
  describeEnvironment,
  describeFile,
  notAccessible,
  notFound,
  type Answer,
  type ApprovalAnswer,
  type EnvironmentAnswer,
  type FileAnswer,
} from './answers.js';
import { DeploymentStore, type MirroredDeployment } from './deployments.js';
import { ReleaseStore, type PublishedRelease } from './releases.js';

/** What a private repository of the stand-in answers, and what its people do. */
export interface RepositoryStandIn {
  /** Makes an environment, or gives one other reviewers. */
  setEnvironment(name: string, reviewers: readonly string[]): void;
  /** Puts a file on the default branch. */
  setFile(path: string, text: string): void;
  /** Somebody approves what a run waits for. */
  approve(runId: string, environment: string, actor: string, comment: string): void;
  reject(runId: string, environment: string, actor: string, comment: string): void;
  /** Makes a commit, which deployments may name. */
  addCommit(sha: string): void;
  /** A job with an environment begins: GitHub makes a deployment for it. */
  startJob(environment: string, sha: string, runUrl: string): number;
  /** Newest first, each with its statuses, newest first. */
  readonly deployments: readonly MirroredDeployment[];
  /** In the order in which they were made. */
  readonly releases: readonly PublishedRelease[];
}

/**
 * The endpoints of GitHub's REST API that are used, and no other:
 * `GET /repos/{owner}/{repo}/contents/{path}` of the default branch,
 * `GET /repos/{owner}/{repo}/environments/{environment_name}`,
 * `GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`, `GET` and `POST` of
 * `/repos/{owner}/{repo}/deployments` and of the `statuses` of one, `POST /repos/{owner}/{repo}/releases` and
 * `GET /repos/{owner}/{repo}/releases/tags/{tag}`.
 * Every answer satisfies the types that GitHub publishes.
 */
export interface GitHubStandIn {
  /** For GITHUB_API_URL. */
  readonly apiUrl: string;
  /** A token of a job with `actions: read`, `contents: write` and `deployments: write`. */
  readonly token: string;
  /** A token of a job with `contents: read` only. */
  readonly weakToken: string;
  /** Makes the repository where there is none. It has every run that is asked for. */
  repository(owner: string, name: string): RepositoryStandIn;
  /** `GET /repos/shop/orders/environments/production 200`, in the order in which they came. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

interface RepositoryState {
  /** By the name in lower case: GitHub's environments have no case. */
  readonly environments: Map<string, EnvironmentAnswer>;
  readonly approvals: Map<string, ApprovalAnswer[]>;
  readonly files: Map<string, FileAnswer>;
  readonly deployments: DeploymentStore;
  readonly releases: ReleaseStore;
}

const anyToken = 'ghs_standInWithActionsRead';
const weakToken = 'ghs_standInWithoutActionsRead';

/**
 * Starts a stand-in for GitHub on a free port of loopback.
 *
 * @param token what it takes for the token of a job with `actions: read`
 */
export async function startGitHub(token = anyToken): Promise<GitHubStandIn> {
  const repositories = new Map<string, RepositoryState>();
  const requests: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { status, body } = answer(request, text, repositories, token);
    requests.push(`${request.method ?? ''} ${request.url ?? ''} ${status}`);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}`,
    token,
    weakToken,
    requests,
    repository: (owner, name) => standIn(repositories, `${owner}/${name}`),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function standIn(repositories: Map<string, RepositoryState>, name: string): RepositoryStandIn {
  const key = name.toLowerCase();
  const state: RepositoryState = repositories.get(key) ?? {
    environments: new Map(),
    approvals: new Map(),
    files: new Map(),
    deployments: new DeploymentStore(name),
    releases: new ReleaseStore(name),
  };
  repositories.set(key, state);
  const review =
    (verdict: 'approved' | 'rejected') =>
    (runId: string, environment: string, actor: string, comment: string): void => {
      const before = state.approvals.get(runId) ?? [];
      const decision = { state: verdict, actor, comment };
      state.approvals.set(runId, [...before, describeApproval(name, [environment], decision)]);
    };
  return {
    setEnvironment: (environment, reviewers) => {
      const described = describeEnvironment(name, environment, reviewers);
      state.environments.set(environment.toLowerCase(), described);
    },
    setFile: (path, text) => {
      state.files.set(path, describeFile(name, path, text));
    },
    approve: review('approved'),
    reject: review('rejected'),
    addCommit: (sha) => state.deployments.addCommit(sha),
    startJob: (environment, sha, runUrl) => state.deployments.startJob(environment, sha, runUrl),
    deployments: state.deployments.all,
    releases: state.releases.all,
  };
}

const route =
  /^\/repos\/(?<repository>[^/]+\/[^/]+)\/(?:environments\/(?<environment>[^/]+)|contents\/(?<file>.+)|actions\/runs\/(?<run>\d+)\/approvals|(?<releases>releases)(?:\/tags\/(?<tag>.+))?|(?<deployments>deployments)(?:\/(?<deployment>\d+)\/statuses)?)$/;

/** A private repository is not there for who may not see it. */
function answer(
  request: IncomingMessage,
  text: string,
  repositories: ReadonlyMap<string, RepositoryState>,
  token: string,
): Answer {
  const given = /^(?:bearer|token) (?<token>.+)$/i.exec(request.headers.authorization ?? '');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const isPost = request.method === 'POST';
  const routed = request.method === 'GET' || isPost ? route.exec(pathname)?.groups : undefined;
  const takesPost =
    routed?.['deployments'] !== undefined ||
    (routed?.['releases'] !== undefined && routed['tag'] === undefined);
  const found = isPost && !takesPost ? undefined : routed;
  const state = repositories.get((found?.['repository'] ?? '').toLowerCase());
  if (given !== null && given[1] !== token && given[1] !== weakToken) return badCredentials;
  if (given === null || found === undefined || state === undefined) return notFound;
  const { environment, file, run } = found;
  if (file !== undefined) return answerFile(state, decodeURIComponent(file));
  const tag = found['tag'] === undefined ? undefined : decodeURIComponent(found['tag']);
  if (tag !== undefined) return state.releases.find(tag);
  if (given[1] === weakToken) return notAccessible;
  if (found['releases'] !== undefined) {
    if (!isPost) return notFound;
    return state.releases.create(JSON.parse(text) as Readonly<Record<string, unknown>>);
  }
  if (found['deployments'] !== undefined) {
    const id = found['deployment'] === undefined ? undefined : Number(found['deployment']);
    if (!isPost) return listDeployments(state, id, searchParams);
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return id === undefined
      ? state.deployments.create(body)
      : state.deployments.addStatus(id, body);
  }
  if (run !== undefined) return { status: 200, body: state.approvals.get(run) ?? [] };
  const body = state.environments.get(decodeURIComponent(environment ?? '').toLowerCase());
  return body === undefined ? notFound : { status: 200, body };
}

function listDeployments(
  { deployments }: RepositoryState,
  id: number | undefined,
  query: URLSearchParams,
): Answer {
  return id === undefined ? deployments.list(query) : deployments.listStatuses(id);
}

function answerFile({ files }: RepositoryState, path: string): Answer {
  const body = files.get(path);
  return body === undefined ? notFound : { status: 200, body };
}
