import { getOctokit } from '@actions/github';
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

/**
 * @example await openGitHub({ token, apiUrl, repository: 'shop/orders', logger }).fetchEnvironment('production')
 * // { name: 'production', reviewers: 2 }
 * Every method throws SlipwayError `github-refused` when the answer is a refusal or none.
 */
export function openGitHub({ token, apiUrl, repository, logger }: GitHubOptions): GitHub {
  const octokit = getOctokit(token.reveal(), { baseUrl: apiUrl });
  const [owner = '', repo = ''] = repository.split('/');

  async function ask<T>(what: string, request: () => Promise<{ data: T }>): Promise<T | undefined> {
    try {
      return (await request()).data;
    } catch (error) {
      const status = statusOf(error);
      logger.debug(`GitHub: ${what}: ${status ?? 'no answer'}`);
      if (status === 404) return undefined;
      throw refusal(what, repository, status, error);
    }
  }

  return {
    fetchEnvironment: async (name) => {
      const found = await ask(`the environment ${name}`, () =>
        octokit.rest.repos.getEnvironment({ owner, repo, environment_name: name }),
      );
      if (found === undefined) return undefined;
      const reviewers = (found.protection_rules ?? []).flatMap((rule) =>
        'reviewers' in rule ? (rule.reviewers ?? []) : [],
      );
      return { name: found.name, reviewers: reviewers.length };
    },
    listApprovals: async (runId) => {
      const what = `the approvals of run ${runId}`;
      const reviews = await ask(what, () =>
        octokit.rest.actions.getReviewsForRun({ owner, repo, run_id: Number(runId) }),
      );
      if (reviews === undefined) throw refusal(what, repository, 404, undefined);
      return reviews.flatMap(({ environments, state, user, comment }) => {
        if (state !== 'approved' && state !== 'rejected') return [];
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
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

function refusal(
  what: string,
  repository: string,
  status: number | undefined,
  cause: unknown,
): SlipwayError {
  const answer = status === undefined ? describeError(cause) : `it answered with ${status}`;
  const mayNot = status === 401 || status === 403 || status === 404;
  return new SlipwayError(
    'github-refused',
    `GitHub does not tell ${what} of ${repository}: ${answer}`,
    {
      cause,
      fix: mayNot
        ? 'Give the job permissions: { actions: read }, and pass github-token on.'
        : 'Try again; look at https://www.githubstatus.com.',
    },
  );
}
