import type { ServiceName } from '../shop/index.js';
import type { Stage } from './stage.js';
import type { WorkflowRun } from './job.js';
import type { Expectation, Outputs, Player } from './player.js';

/** An image that was built, tested and pushed. */
export interface Candidate {
  readonly service: ServiceName;
  readonly version: string;
  /** `repository@sha256:…` */
  readonly reference: string;
  readonly run: WorkflowRun;
}

/** What a plan is expected to say, and how the deployment to production is expected to end. */
export interface ProductionStory {
  readonly decision: 'approve' | 'proceed';
  readonly level: string;
  /** Who is asked; a reviewer approves. */
  readonly approvalEnvironment?: string;
  readonly deployed?: Expectation;
}

/** The jobs of the workflow `continuous-delivery`, step by step. */
export class Pipeline {
  readonly #player: Player;
  readonly #stage: Stage;

  constructor(player: Player, stage: Stage) {
    this.#player = player;
    this.#stage = stage;
  }

  /** Version, build and test in a container, push with the evidence. */
  async build(service: ServiceName, run: WorkflowRun, version: string): Promise<Candidate> {
    const versioned = await this.#player.act(
      `${service}: which version is it`,
      'image-version',
      run,
      { service },
      { outputs: { version, 'is-release': 'true' } },
    );
    const built = await this.#player.act(
      `${service} ${version}: build and test in a container`,
      'containerized-build',
      run,
      {
        service,
        labels: versioned['labels'] ?? '',
        annotations: versioned['annotations'] ?? '',
        'build-args': `VERSION=${version}`,
      },
      { outputs: { failures: '0' } },
    );
    const pushed = await this.#player.act(
      `${service} ${version}: push`,
      'registry-push',
      run,
      {
        service,
        source: built['layout'] ?? '',
        tags: versioned['image-tags'] ?? '',
        evidence: built['evidence'] ?? '',
      },
      { outputs: { digest: built['digest'] ?? '', unchanged: 'false' } },
    );
    return { service, version, reference: pushed['reference'] ?? '', run };
  }

  async deployToTest({ service, version, reference, run }: Candidate): Promise<void> {
    await this.#player.act(
      `${service} ${version}: deploy to test`,
      'k8s-deploy',
      run,
      { service, environment: 'test', images: reference, timeout: '2m' },
      { outputs: { status: 'succeeded', version } },
    );
  }

  /** The integration suite against what is live beside it. */
  async gate(
    { service, version, reference, run }: Candidate,
    expected: Expectation = { outputs: { status: 'passed' } },
  ): Promise<Outputs> {
    return this.#player.act(
      `${service} ${version}: integration tests against its live neighbours`,
      'integration-gate',
      run,
      { service, environment: 'test', candidate: reference, timeout: '2m' },
      expected,
    );
  }

  async plan(candidate: Candidate, expected: Expectation): Promise<Outputs> {
    const { service, version, reference, run } = candidate;
    return this.#player.act(
      `${service} ${version}: plan`,
      'promote-to-prod',
      run,
      { service, environment: 'production', candidate: reference },
      expected,
    );
  }

  async apply(
    { service, version, run }: Candidate,
    planned: Outputs,
    expected: Expectation = {},
  ): Promise<Outputs> {
    return this.#player.act(
      `${service} ${version}: promote`,
      'promote-to-prod',
      run,
      {
        mode: 'apply',
        service,
        environment: 'production',
        plan: planned['plan'] ?? '',
        'plan-digest': planned['plan-digest'] ?? '',
      },
      expected,
    );
  }

  /** Plan, approval, promotion, deployment. */
  async toProduction(candidate: Candidate, story: ProductionStory): Promise<Outputs> {
    const { service, version, run } = candidate;
    const { decision, level, approvalEnvironment, deployed } = story;
    const planned = await this.plan(candidate, {
      outputs: { decision, level, 'approval-environment': approvalEnvironment ?? '' },
    });
    if (approvalEnvironment !== undefined) {
      this.#stage.say(`  ✋ ada approves ${planned['plan-digest'] ?? ''}`);
      this.#stage.reviewers.approve(String(run.id), approvalEnvironment, 'ada', 'looks good');
    }
    const [, digest = ''] = candidate.reference.split('@');
    const promoted = await this.apply(candidate, planned, { outputs: { version, referrers: '2' } });
    const reference = promoted['reference'] ?? '';
    await this.#player.check(`${service} ${version}: the digest is the one that was tested`, () =>
      Promise.resolve(reference.endsWith(digest) ? [] : [`${reference} is not ${digest}`]),
    );
    await this.#player.act(
      `${service} ${version}: deploy to production`,
      'k8s-deploy',
      run,
      {
        service,
        environment: 'production',
        bundle: promoted['bundle'] ?? '',
        plan: planned['plan'] ?? '',
        'plan-digest': planned['plan-digest'] ?? '',
        timeout: '2m',
      },
      deployed ?? { outputs: { status: 'succeeded', version } },
    );
    return promoted;
  }
}
