import { createHash } from 'node:crypto';
import type { components } from '@octokit/openapi-types';

type Schemas = components['schemas'];
export type EnvironmentAnswer = Schemas['environment'];
export type ApprovalAnswer = Schemas['environment-approvals'];
export type FileAnswer = Schemas['content-file'];

/** An answer as GitHub gives it. */
export interface Answer {
  readonly status: number;
  readonly body:
    EnvironmentAnswer | FileAnswer | readonly ApprovalAnswer[] | Schemas['basic-error'];
}

const documentation = 'https://docs.github.com/rest';
const since = '2026-01-01T00:00:00Z';

export const notFound = refusal(404, 'Not Found');
export const badCredentials = refusal(401, 'Bad credentials');
/** To a GITHUB_TOKEN whose job lacks the permission. */
export const notAccessible = refusal(403, 'Resource not accessible by integration');

function refusal(status: number, message: string): Answer {
  const body = {
    message,
    documentation_url: documentation,
    status: String(status),
  } satisfies Schemas['basic-error'];
  return { status, body };
}

/** An environment that only protected branches may use, with reviewers or without. */
export function describeEnvironment(
  repository: string,
  name: string,
  reviewers: readonly string[],
): EnvironmentAnswer {
  const rule = { id: 3515, node_id: 'GA_branch_policy', type: 'branch_policy' };
  const required = {
    id: 3755,
    node_id: 'GA_required_reviewers',
    type: 'required_reviewers',
    prevent_self_review: false,
    reviewers: reviewers.map((login) => ({
      type: 'User' as const,
      reviewer: describeUser(login),
    })),
  };
  return {
    ...locateEnvironment(repository, name),
    protection_rules: reviewers.length === 0 ? [rule] : [required, rule],
    deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
  } satisfies EnvironmentAnswer;
}

/** A file of the default branch, its content in base64 with line breaks. */
export function describeFile(repository: string, path: string, text: string): FileAnswer {
  const bytes = Buffer.from(text);
  const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const api = `https://api.github.com/repos/${repository}`;
  const self = `${api}/contents/${path}?ref=main`;
  const git = `${api}/git/blobs/${sha}`;
  const html = `https://github.com/${repository}/blob/main/${path}`;
  return {
    type: 'file',
    encoding: 'base64',
    size: bytes.length,
    name: path.split('/').at(-1) ?? path,
    path,
    content: bytes.toString('base64').replaceAll(/.{60}/g, '$&\n'),
    sha,
    url: self,
    git_url: git,
    html_url: html,
    download_url: `https://raw.githubusercontent.com/${repository}/main/${path}`,
    _links: { self, git, html },
  } satisfies FileAnswer;
}

/** A review: one decision about every environment that a run waited for. */
export function describeApproval(
  repository: string,
  environments: readonly string[],
  review: { readonly state: ApprovalAnswer['state']; readonly actor: string; comment: string },
): ApprovalAnswer {
  return {
    environments: environments.map((name) => locateEnvironment(repository, name)),
    state: review.state,
    user: describeUser(review.actor),
    comment: review.comment,
  } satisfies ApprovalAnswer;
}

function locateEnvironment(
  repository: string,
  name: string,
): Omit<EnvironmentAnswer, 'protection_rules'> & { readonly id: number } {
  const path = encodeURIComponent(name);
  return {
    id: 56_780_428,
    node_id: 'EN_environment',
    name,
    url: `https://api.github.com/repos/${repository}/environments/${path}`,
    html_url: `https://github.com/${repository}/deployments/activity_log?environments_filter=${path}`,
    created_at: since,
    updated_at: since,
  };
}

function describeUser(login: string): Schemas['simple-user'] {
  const url = `https://api.github.com/users/${login}`;
  return {
    login,
    id: 1,
    node_id: 'U_user',
    avatar_url: `https://avatars.githubusercontent.com/${login}`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: 'User',
    site_admin: false,
  } satisfies Schemas['simple-user'];
}
