import { createHash } from 'node:crypto';
import type { components } from '@octokit/openapi-types';

type Schemas = components['schemas'];
export type EnvironmentAnswer = Schemas['environment'];
export type ApprovalAnswer = Schemas['environment-approvals'];
export type FileAnswer = Schemas['content-file'];
export type DeploymentAnswer = Schemas['deployment'];
export type DeploymentStatusAnswer = Schemas['deployment-status'];
export type ReleaseAnswer = Schemas['release'];

/** An answer as GitHub gives it. */
export interface Answer {
  readonly status: number;
  readonly body:
    | EnvironmentAnswer
    | FileAnswer
    | DeploymentAnswer
    | DeploymentStatusAnswer
    | ReleaseAnswer
    | readonly ApprovalAnswer[]
    | readonly DeploymentAnswer[]
    | readonly DeploymentStatusAnswer[]
    | Schemas['basic-error']
    | Schemas['validation-error'];
}

const documentation = 'https://docs.github.com/rest';
const since = '2026-01-01T00:00:00Z';

export const notFound = refusal(404, 'Not Found');
export const badCredentials = refusal(401, 'Bad credentials');
/** To a GITHUB_TOKEN whose job lacks the permission. */
export const notAccessible = refusal(403, 'Resource not accessible by integration');

/** @param field of the request that is wrong */
export function invalid(field: string, code: string, resource = 'Deployment'): Answer {
  const message = 'Validation Failed';
  const errors = [{ resource, field, code }];
  const body = { message, documentation_url: documentation, errors };
  return { status: 422, body: body satisfies Schemas['validation-error'] };
}

export function refusal(status: number, message: string): Answer {
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

/** What `POST …/deployments` is given, with GitHub's defaults. */
export interface DeploymentRequest {
  readonly ref: string;
  readonly sha: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string;
  readonly payload: DeploymentAnswer['payload'];
  readonly production_environment: boolean;
}

export function describeDeployment(
  repository: string,
  id: number,
  request: DeploymentRequest,
): DeploymentAnswer {
  const url = `https://api.github.com/repos/${repository}/deployments/${id}`;
  return {
    ...request,
    id,
    node_id: `DE_${id}`,
    url,
    statuses_url: `${url}/statuses`,
    repository_url: `https://api.github.com/repos/${repository}`,
    creator: describeUser('github-actions[bot]'),
    created_at: since,
    updated_at: since,
    original_environment: request.environment,
    transient_environment: false,
  } satisfies DeploymentAnswer;
}

export function describeDeploymentStatus(
  { url, repository_url: repository, environment, creator }: DeploymentAnswer,
  id: number,
  status: Pick<DeploymentStatusAnswer, 'state' | 'description' | 'log_url'>,
): DeploymentStatusAnswer {
  return {
    ...status,
    id,
    node_id: `DES_${id}`,
    url: `${url}/statuses/${id}`,
    deployment_url: url,
    repository_url: repository,
    environment,
    target_url: status.log_url ?? '',
    creator,
    created_at: since,
    updated_at: since,
  } satisfies DeploymentStatusAnswer;
}

export function describeRelease(
  repository: string,
  id: number,
  release: { readonly tag: string; readonly commit: string; name: string; body: string },
): ReleaseAnswer {
  const { tag, commit, name, body } = release;
  const url = `https://api.github.com/repos/${repository}/releases/${id}`;
  return {
    ...{ id, name, body, url },
    node_id: `RE_${id}`,
    html_url: `https://github.com/${repository}/releases/tag/${tag}`,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    tarball_url: `https://api.github.com/repos/${repository}/tarball/${tag}`,
    zipball_url: `https://api.github.com/repos/${repository}/zipball/${tag}`,
    tag_name: tag,
    target_commitish: commit,
    draft: false,
    prerelease: false,
    created_at: since,
    published_at: since,
    author: describeUser('github-actions[bot]'),
    assets: [],
  } satisfies ReleaseAnswer;
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
