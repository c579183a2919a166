import { describeError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import {
  liveAttempt,
  type AttemptEventContent,
  type EventContent,
  type LedgerState,
} from '@slipway/core/release';
import type { GitHub, GitHubDeployment, NewDeploymentStatus } from '@slipway/io/github';
import type { Logger } from '@slipway/io/log';

/**
 * Shows on GitHub what the ledger says, so that people see it where they look. It is never read for a decision, and
 * never in the way: what goes wrong is said once.
 */
export interface Mirror {
  /**
   * Shows an event that was just recorded; returns at once.
   *
   * @param before the state before the event
   */
  show(content: EventContent, before: LedgerState): void;
  /** Waits until all is shown. */
  close(): Promise<void>;
}

export interface MirrorOptions {
  readonly github: GitHub;
  readonly logger: Logger;
  readonly service: string;
  readonly environment: string;
  readonly isProduction: boolean;
  readonly run: { readonly runId: string; readonly url: string };
  /** The commit that this workflow runs for. */
  readonly commit: string;
  /** The commit that a bundle was made of; undefined where nobody knows. */
  readonly findCommit: (bundle: Digest) => Promise<string | undefined>;
}

/** Of the deployments that GitHub made for jobs, how many are looked into. */
const maxJobDeployments = 10;

/**
 * Mirrors the deployments of one service in one environment to GitHub Deployments
 * (https://docs.github.com/rest/deployments): one for each attempt, or the one that GitHub made for the job, with
 * what became of it; what is live no longer is set inactive.
 *
 * @example const mirror = openMirror({ github, service: 'orders', environment: 'production', … })
 */
export function openMirror(options: MirrorOptions): Mirror {
  const mirror = new GitHubMirror(options);
  let last: Promise<void> = Promise.resolve();
  let isOff = false;
  return {
    show: (content, before) => {
      if (!('deployment' in content)) return;
      last = last.then(async () => {
        if (isOff) return;
        try {
          await mirror.show(content, before);
        } catch (error) {
          isOff = true;
          options.logger.info(`GitHub does not show this deployment: ${describeError(error)}`);
        }
      });
    },
    close: () => last,
  };
}

class GitHubMirror {
  readonly #options: MirrorOptions;
  /** GitHub's numbers of deployments, by the ledger's names. */
  readonly #ids = new Map<string, number>();

  constructor(options: MirrorOptions) {
    this.#options = options;
  }

  async show(content: AttemptEventContent, before: LedgerState): Promise<void> {
    const { kind, deployment, version } = content;
    if (kind === 'started') await this.#begin(content);
    const status = describeStatus(content);
    if (status !== undefined) {
      const [state, text] = status;
      await this.#addStatus(deployment, state, `${version} ${text}`);
    }
    const left = liveAttempt(before);
    if (kind === 'available' && left !== undefined && left.deployment !== deployment) {
      await this.#addStatus(left.deployment, 'inactive', `${version} took its place`);
    }
  }

  async #begin(content: AttemptEventContent): Promise<void> {
    const own = await this.#findJobDeployment();
    const id = own?.id ?? (await this.#create(content)).id;
    this.#ids.set(content.deployment, id);
  }

  async #create(content: AttemptEventContent): Promise<GitHubDeployment> {
    const { github, service, environment, isProduction, commit } = this.#options;
    const { deployment, intent, version, bundle, reason } = content;
    const request = {
      task: intent,
      environment,
      isProduction,
      description: `${service} ${version}${reason === undefined ? '' : `: ${reason}`}`,
      payload: { slipway: { service, deployment, version, bundle } },
    };
    const own = (await this.#options.findCommit(bundle)) ?? commit;
    if (own === commit) return github.createDeployment({ ...request, ref: commit });
    try {
      return await github.createDeployment({ ...request, ref: own });
    } catch {
      // The commit may be of another repository; the workflow's own is here for certain.
      return github.createDeployment({ ...request, ref: commit });
    }
  }

  /** A job with an environment has a deployment of GitHub's own: ours would be the second. */
  async #findJobDeployment(): Promise<GitHubDeployment | undefined> {
    const { github, environment, commit, run } = this.#options;
    const found = await github.listDeployments({ environment, sha: commit });
    for (const each of found.filter(isJobs).slice(0, maxJobDeployments)) {
      const statuses = await github.listDeploymentStatuses(each.id);
      const isOurs = statuses.some(({ logUrl }) => `${logUrl}/`.includes(`/runs/${run.runId}/`));
      if (isOurs && ![...this.#ids.values()].includes(each.id)) return each;
    }
    return undefined;
  }

  async #addStatus(
    deployment: string,
    state: NewDeploymentStatus['state'],
    text: string,
  ): Promise<void> {
    const id = this.#ids.get(deployment) ?? (await this.#find(deployment));
    if (id === undefined) return;
    this.#ids.set(deployment, id);
    const { github, run } = this.#options;
    const description = `${this.#nameOf(deployment)} ${text}`;
    await github.addDeploymentStatus(id, { state, description, logUrl: run.url });
  }

  /** What an earlier run made, or a job that it ran in. */
  async #find(deployment: string): Promise<number | undefined> {
    const { github, service, environment } = this.#options;
    const found = await github.listDeployments({ environment });
    const made = found.find(({ payload }) => {
      const { slipway } = payload as { slipway?: { service?: unknown; deployment?: unknown } };
      return slipway?.service === service && slipway.deployment === deployment;
    });
    if (made !== undefined) return made.id;
    for (const { id } of found.filter(isJobs).slice(0, maxJobDeployments)) {
      const statuses = await github.listDeploymentStatuses(id);
      const name = `${this.#nameOf(deployment)} `;
      if (statuses.some(({ description }) => description.startsWith(name))) return id;
    }
    return undefined;
  }

  #nameOf(deployment: string): string {
    return `${this.#options.service} (${deployment}):`;
  }
}

function isJobs({ payload }: GitHubDeployment): boolean {
  return payload['slipway'] === undefined;
}

function describeStatus({
  kind,
  cause,
}: AttemptEventContent): readonly [NewDeploymentStatus['state'], string] | undefined {
  const why = cause === undefined ? '' : `: ${cause.code}: ${cause.message}`;
  switch (kind) {
    case 'started':
      return ['in_progress', 'is being deployed'];
    case 'verified':
      return ['success', 'is live'];
    case 'known-good':
      return ['success', 'is known good'];
    case 'failed':
      return ['failure', `failed${why}`];
    case 'abandoned':
      return ['error', `was abandoned${why}`];
    case 'rolled-back':
      return ['inactive', 'was rolled back'];
    case 'adopted':
    case 'available':
    case 'superseded':
    case 'quarantined':
      return undefined;
  }
}
