import { HttpClient, HttpClientError } from '@actions/http-client';
import type { components } from '@octokit/openapi-types';
import { SlipwayError, describeError } from '@slipway/core/errors';
import type { Secret } from '@slipway/core/secret';
import type { Logger } from '../log/index.js';

/** A deployment environment of a repository. */
export interface GitHubEnvironment {
  readonly name: string;
  /** How many users and teams may approve; 0: nobody is asked. */
  readonly reviewers: number;
}

/** A review of a workflow run that waited at an environment. */
export interface RunApproval {
  readonly environment: string;
  readonly state: 'approved' | 'rejected';
  readonly actor: string;
  readonly comment: string;
}

/** A deployment as GitHub lists it. */
export interface GitHubDeployment {
  readonly id: number;
  /** What its maker put there; empty for what GitHub makes itself. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A release as GitHub shows it. */
export interface GitHubRelease {
  readonly url: string;
}

/** What is asked of GitHub's REST API, about one repository. */
export interface GitHub {
  /** `GET /repos/{owner}/{repo}/environments/{environment_name}`; undefined when there is none. */
  fetchEnvironment(name: string): Promise<GitHubEnvironment | undefined>;
  /** `GET /repos/{owner}/{repo}/contents/{path}`: a file of the default branch; undefined when there is none. */
  fetchFile(path: string): Promise<string | undefined>;
  /** `GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`: one entry for each environment of a review. */
  listApprovals(runId: string): Promise<readonly RunApproval[]>;
  /** `POST /repos/{owner}/{repo}/deployments`: nothing is merged, and no check is waited for. */
  createDeployment(request: NewDeployment): Promise<GitHubDeployment>;
  /** `GET /repos/{owner}/{repo}/deployments`, newest first, at most 100. */
  listDeployments(filter: {
    readonly environment: string;
    readonly sha?: string;
  }): Promise<readonly GitHubDeployment[]>;
  /** `POST …/deployments/{deployment_id}/statuses`: other deployments keep theirs. */
  addDeploymentStatus(id: number, status: NewDeploymentStatus): Promise<void>;
  /** `GET …/deployments/{deployment_id}/statuses`, newest first, at most 30. */
  listDeploymentStatuses(id: number): Promise<readonly DeploymentStatus[]>;
  /** `GET /repos/{owner}/{repo}/releases/tags/{tag}`; undefined when there is none. */
  fetchRelease(tag: string): Promise<GitHubRelease | undefined>;
  /** `POST /repos/{owner}/{repo}/releases`; the tag is there already. */
  createRelease(release: NewRelease): Promise<GitHubRelease>;
}

export interface NewRelease {
  readonly tag: string;
  /** The hash that the tag names. */
  readonly commit: string;
  readonly name: string;
  /** Markdown, cut after 125,000 characters: GitHub takes no more. */
  readonly body: string;
  /** Whether the repository shows it as its latest release. */
  readonly isLatest: boolean;
}

interface NewDeployment {
  /** A commit, branch or tag of the repository. */
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly isProduction: boolean;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface NewDeploymentStatus {
  readonly state: 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  /** Cut after 140 characters: GitHub takes no more. */
  readonly description: string;
  /** The log; empty where there is none. */
  readonly logUrl: string;
}

interface DeploymentStatus {
  readonly description: string;
  readonly logUrl: string;
}

export interface GitHubOptions {
  readonly token: Secret;
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly logger: Logger;
}

type Schemas = components['schemas'];

const patienceMs = 30_000;
/** GitHub refuses a longer description. */
const maxDescription = 140;
const maxBody = 125_000;

/**
 * Every method throws SlipwayError `github-refused` when the answer is a refusal or none. Proxies of the
 * environment are respected.
 *
 * @example await openGitHub({ token, apiUrl, repository: 'shop/orders', logger }).fetchEnvironment('production')
 * // { name: 'production', reviewers: 2 }
 */
export function openGitHub({ token, apiUrl, repository, logger }: GitHubOptions): GitHub {
  const client = new HttpClient('slipway', [], {
    allowRetries: true,
    maxRetries: 2,
    socketTimeout: patienceMs,
  });
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token.reveal()}`,
    'x-github-api-version': '2022-11-28',
  };

  /** What GitHub publishes of an answer's shape is taken at its word. */
  async function fetchJson<T>(what: string, path: string): Promise<T | undefined> {
    const url = `${apiUrl}/repos/${repository}/${path}`;
    const { result, statusCode } = await client.getJson<T>(url, headers).catch((error: unknown) => {
      throw refusal(what, repository, statusOf(error), error);
    });
    logger.debug(`GitHub: GET ${path}: ${statusCode}`);
    if (statusCode === 404) return undefined;
    if (result !== null) return result;
    throw refusal(what, repository, undefined, new Error(`${apiUrl} does not answer with JSON`));
  }

  async function postJson<T>(
    what: string,
    path: string,
    body: object,
    verb: 'take' | 'publish' = 'take',
  ): Promise<T> {
    const url = `${apiUrl}/repos/${repository}/${path}`;
    const { result, statusCode } = await client
      .postJson<T>(url, body, headers)
      .catch((error: unknown) => {
        throw refusal(what, repository, statusOf(error), error, verb);
      });
    logger.debug(`GitHub: POST ${path}: ${statusCode}`);
    if (statusCode === 201 && result !== null) return result;
    throw refusal(what, repository, statusCode, undefined, verb);
  }

  return {
    fetchEnvironment: async (name) => {
      const path = `environments/${encodeURIComponent(name)}`;
      const found = await fetchJson<Schemas['environment']>(`the environment ${name}`, path);
      if (found === undefined) return undefined;
      const reviewers = (found.protection_rules ?? []).flatMap((rule) =>
        'reviewers' in rule ? (rule.reviewers ?? []) : [],
      );
      return { name: found.name, reviewers: reviewers.length };
    },
    fetchFile: async (file) => {
      const what = `the file ${file}`;
      const path = `contents/${file.split('/').map(encodeURIComponent).join('/')}`;
      const found = await fetchJson<Schemas['content-file']>(what, path);
      if (found === undefined) return undefined;
      if (found.encoding === 'base64') return Buffer.from(found.content, 'base64').toString('utf8');
      throw refusal(what, repository, undefined, new Error(`it is no file of text up to 1 MiB`));
    },
    listApprovals: async (runId) => {
      const what = `the approvals of run ${runId}`;
      const path = `actions/runs/${encodeURIComponent(runId)}/approvals`;
      const reviews = await fetchJson<readonly Schemas['environment-approvals'][]>(what, path);
      if (reviews === undefined) throw refusal(what, repository, 404, undefined);
      return reviews.flatMap(({ environments, state, user, comment }) => {
        if (state === 'pending') return [];
        return environments.map((environment) => ({
          environment: environment.name ?? '',
          state,
          actor: user.login,
          comment,
        }));
      });
    },
    createDeployment: async ({ isProduction, description, ...request }) => {
      const made = await postJson<Schemas['deployment']>('a deployment', 'deployments', {
        ...request,
        description: cut(description),
        auto_merge: false,
        required_contexts: [],
        production_environment: isProduction,
      });
      return readDeployment(made);
    },
    listDeployments: async (filter) => {
      const query = new URLSearchParams({ ...filter, per_page: '100' });
      const path = `deployments?${query.toString()}`;
      const found = await fetchJson<readonly Schemas['deployment'][]>('the deployments', path);
      return (found ?? []).map(readDeployment);
    },
    addDeploymentStatus: async (id, { state, description, logUrl }) => {
      await postJson('the status of a deployment', `deployments/${id}/statuses`, {
        state,
        description: cut(description),
        log_url: logUrl,
        auto_inactive: false,
      });
    },
    listDeploymentStatuses: async (id) => {
      const path = `deployments/${id}/statuses?per_page=30`;
      const what = 'the statuses of a deployment';
      const found = await fetchJson<readonly Schemas['deployment-status'][]>(what, path);
      return (found ?? []).map(({ description, log_url: logUrl = '' }) => ({
        description,
        logUrl,
      }));
    },
    fetchRelease: async (tag) => {
      const path = `releases/tags/${tag.split('/').map(encodeURIComponent).join('/')}`;
      const found = await fetchJson<Schemas['release']>(`the release ${tag}`, path);
      return found && { url: found.html_url };
    },
    createRelease: async ({ tag, commit, name, body, isLatest }) => {
      const request = {
        ...{ tag_name: tag, target_commitish: commit, name },
        body: cut(body, maxBody),
        make_latest: String(isLatest),
      };
      const what = `the release ${tag}`;
      const made = await postJson<Schemas['release']>(what, 'releases', request, 'publish');
      return { url: made.html_url };
    },
  };
}

function readDeployment({ id, payload }: Schemas['deployment']): GitHubDeployment {
  return { id: Number(id), payload: typeof payload === 'string' ? {} : payload };
}

function cut(text: string, limit = maxDescription): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** What GitHub was asked to do, for the words and rights of a refusal. */
type Verb = 'tell' | 'take' | 'publish';

const rights: Readonly<Record<Verb, string>> = {
  tell: '{ actions: read, contents: read }',
  take: '{ deployments: write }',
  publish: '{ contents: write }',
};

function statusOf(error: unknown): number | undefined {
  return error instanceof HttpClientError ? error.statusCode : undefined;
}

function refusal(
  what: string,
  repository: string,
  status: number | undefined,
  cause: unknown,
  verb: Verb = 'tell',
): SlipwayError {
  const answer = status === undefined ? describeError(cause) : `it answered with ${status}`;
  return new SlipwayError(
    'github-refused',
    `GitHub does not ${verb} ${what} of ${repository}: ${answer}`,
    { cause, fix: findFix(status, describeError(cause), verb) },
  );
}

/** @param words GitHub's own; both kinds of rate limit are told with 403 or 429 */
function findFix(status: number | undefined, words: string, verb: Verb): string {
  if (/rate limit/i.test(words)) {
    return 'Try again later: this token, or this repository’s workflows together, ask too often.';
  }
  if (status === 401 || status === 403 || status === 404) {
    return `Give the job permissions: ${rights[verb]}, and pass github-token on.`;
  }
  return 'Try again; look at https://www.githubstatus.com.';
}
