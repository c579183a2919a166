import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, runCommand } from '@slipway/io/command';
import { startPackagedStep, type EndedStep, type PackagedStep } from '../step/index.js';
import type { Field } from './field.js';
import type { Release } from './release.js';

/** How somebody deploys. Each answers with what became of it. */
export interface Side {
  readonly name: 'Slipway' | 'kubectl';
  /** A release that does not work is taken back: `succeeded`, `rolled-back`. */
  deploy(release: Release): Promise<string>;
  /** The same by a run that is killed once the first new pod is there. */
  deployAndDie(release: Release): Promise<'killed'>;
  /** By hand, to what was before. */
  goBack(): Promise<string>;
}

const actions = fileURLToPath(new URL('../../../actions', import.meta.url));

/** The packaged actions, as a runner starts them. */
export function slipwaySide(field: Field): Side {
  let runs = 0;
  const start = (verb: string, inputs: Readonly<Record<string, string>>): PackagedStep => {
    runs += 1;
    const { stage, namespace, folder } = field;
    const { kubectl, kubeconfig, context, registryHost } = stage.stage;
    return startPackagedStep({
      actionFolder: join(actions, verb),
      folder,
      inputs: {
        ...inputs,
        service: 'web',
        environment: 'test',
        namespace,
        kubeconfig,
        context,
        ledger: `${registryHost}/${namespace}/ledger`,
        'plain-http': registryHost,
      },
      env: {
        PATH: `${dirname(kubectl)}:${process.env['PATH'] ?? ''}`,
        RUNNER_TEMP: folder,
        GITHUB_REPOSITORY: 'acme/web',
        GITHUB_RUN_ID: String(runs),
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_ACTOR: 'ada',
      },
    });
  };
  const startDeploy = (release: Release): PackagedStep => {
    const { image } = field.stage;
    const inputs = { images: `web=${image}`, version: release.version };
    return start('k8s-deploy', { ...inputs, manifests: field.write(release, 'web') });
  };
  return {
    name: 'Slipway',
    deploy: async (release) => readStatus(await startDeploy(release).ended),
    deployAndDie: async (release) => {
      const before = await field.listPods();
      const step = startDeploy(release);
      await field.awaitNewPod(before);
      step.kill();
      await step.ended;
      return 'killed';
    },
    goBack: async () => readStatus(await start('rollback', { reason: 'nobody wants it' }).ended),
  };
}

/** @throws Error with the log of a step that says nothing */
function readStatus({ outputs, log }: EndedStep): string {
  const { status = '' } = outputs;
  if (status === '' || status === 'refused') throw new Error(`the step came to nothing:\n${log}`);
  return status;
}

/** What a careful person writes who has only kubectl. */
export function kubectlSide(field: Field): Side {
  const { stage, namespace, folder } = field;
  const { kubectl, kubeconfig, context } = stage.stage;
  const place = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', namespace];
  const run = async (words: readonly string[], signal?: AbortSignal): Promise<boolean> => {
    try {
      await runCommand([kubectl, ...place, ...words], {
        cwd: folder,
        ...(signal === undefined ? {} : { signal }),
      });
      return true;
    } catch (error) {
      if (error instanceof CommandError && error.kind !== 'not-found') return false;
      throw error;
    }
  };
  const apply = (release: Release): Promise<boolean> => {
    const file = field.write(release, stage.image);
    // without force it refuses what its own `rollout undo` has changed
    return run(['apply', '--server-side', '--force-conflicts', '-f', file]);
  };
  const wait = (signal?: AbortSignal): Promise<boolean> =>
    run(['rollout', 'status', 'deployment/web', '--timeout', '30s'], signal);
  const undo = async (done: string): Promise<string> =>
    (await run(['rollout', 'undo', 'deployment/web'])) && (await wait()) ? done : 'failed';
  return {
    name: 'kubectl',
    deploy: async (release) => {
      if (!(await apply(release))) return 'failed';
      return (await wait()) ? 'succeeded' : undo('rolled-back');
    },
    deployAndDie: async (release) => {
      const before = await field.listPods();
      const cut = new AbortController();
      await apply(release);
      const waiting = wait(cut.signal);
      await field.awaitNewPod(before);
      cut.abort();
      await waiting;
      return 'killed';
    },
    goBack: () => undo('succeeded'),
  };
}
