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

/** What is asked of GitHub's REST API, about one repository. */
export interface GitHub {
  /** `GET /repos/{owner}/{repo}/environments/{environment_name}`; undefined when there is none. */
  fetchEnvironment(name: string): Promise<GitHubEnvironment | undefined>;
  /** `GET /repos/{owner}/{repo}/contents/{path}`: a file of the default branch; undefined when there is none. */
  fetchFile(path: string): Promise<string | undefined>;
  /** `GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals`: one entry for each environment of a review. */
  listApprovals(runId: string): Promise<readonly RunApproval[]>;
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
  };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof HttpClientError ? error.statusCode : undefined;
}

function refusal(
  what: string,
  repository: string,
  status: number | undefined,
  cause: unknown,
): SlipwayError {
  const answer = status === undefined ? describeError(cause) : `it answered with ${status}`;
  return new SlipwayError(
    'github-refused',
    `GitHub does not tell ${what} of ${repository}: ${answer}`,
    { cause, fix: findFix(status, describeError(cause)) },
  );
}

/** @param words GitHub's own; both kinds of rate limit are told with 403 or 429 */
function findFix(status: number | undefined, words: string): string {
  if (/rate limit/i.test(words)) {
    return 'Try again later: this token, or this repository’s workflows together, ask too often.';
  }
  if (status === 401 || status === 403 || status === 404) {
    return 'Give the job permissions: { actions: read, contents: read }, and pass github-token on.';
  }
  return 'Try again; look at https://www.githubstatus.com.';
}
