import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '@slipway/core/errors';
import { formatReference } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import { CommandError, runCommand } from '@slipway/io/command';
import type { Lab } from '@slipway/lab/parts';
import { web } from './manifests.js';
import { openPlace, type OpenPlace } from './place.js';
import type { DiagnoseRow } from './row.js';
import type { DiagnoseStage } from './stage.js';

/** Another way to make a release live and to wait for it. */
export interface Peer {
  readonly name: string;
  /** The commands of a release, one after the other. */
  readonly commands: (release: PeerRelease) => readonly (readonly [string, ...string[]])[];
}

interface PeerRelease {
  readonly place: OpenPlace;
  readonly context: string;
  readonly manifests: string;
  /** A Helm chart of the same manifests. */
  readonly chart: string;
}

const timeoutSeconds = 180;

/** `kubectl rollout status`, `helm upgrade --wait` and werf’s kubedog. */
export async function openPeers(lab: Pick<Lab, 'program'>): Promise<readonly Peer[]> {
  const [kubectl, helm, kubedog] = await Promise.all(
    ['kubectl', 'helm', 'kubedog'].map((name) => lab.program(name)),
  );
  if (kubectl === undefined || helm === undefined || kubedog === undefined)
    throw new Error('no peers');
  const apply = ({ place, context, manifests }: PeerRelease): [string, ...string[]] => {
    const where = ['--kubeconfig', place.kubeconfig, '--context', context, '-n', place.namespace];
    return [kubectl, ...where, 'apply', '--server-side', '-f', manifests];
  };
  return [
    {
      name: 'kubectl rollout status',
      commands: (release) => {
        const [program, ...words] = apply(release);
        const where = words.slice(0, 6);
        const status = ['rollout', 'status', 'deployment/web', `--timeout=${timeoutSeconds}s`];
        return [apply(release), [program, ...where, ...status]];
      },
    },
    {
      name: 'helm upgrade --wait',
      commands: ({ place, context, chart }) => [
        [
          ...([helm, '--kubeconfig', place.kubeconfig, '--kube-context', context] as const),
          ...['-n', place.namespace, 'upgrade', '--install', 'web', chart],
          ...['--wait', '--timeout', `${timeoutSeconds}s`],
        ],
      ],
    },
    {
      name: 'kubedog',
      commands: (release) => [
        apply(release),
        [
          ...([kubedog, 'rollout', 'track', 'deployment', 'web'] as const),
          ...['-n', release.place.namespace, '-t', String(timeoutSeconds)],
          ...['--kube-config', release.place.kubeconfig, '--kube-context', release.context],
        ],
      ],
    },
  ];
}

export interface PeerResult {
  readonly isGood: boolean;
  readonly tookMs: number;
  /** The last line that it printed when it failed. */
  readonly said: string;
}

/** The same two releases as `runRow`, by another tool: what it says of the second. */
export async function runPeer(
  stage: DiagnoseStage,
  row: DiagnoseRow,
  peer: Peer,
): Promise<PeerResult> {
  const place = await openPlace(stage, row.hasGate === true);
  const { context } = stage.stage;
  try {
    const first = writeRelease(stage, place, 'first', web());
    await run(peer.commands({ place, context, ...first }));
    await row.before?.(place);
    const second = writeRelease(stage, place, 'second', row.objects, row);
    const startedMs = systemClock.monotonicMs();
    const meanwhile = row.meanwhile?.(place).catch(() => undefined);
    const said = await tryRun(peer.commands({ place, context, ...second }));
    const tookMs = systemClock.monotonicMs() - startedMs;
    await meanwhile;
    return { isGood: said === undefined, tookMs, said: said ?? '' };
  } finally {
    await place.close();
  }
}

function writeRelease(
  stage: DiagnoseStage,
  { folder, row: name }: OpenPlace,
  release: string,
  objects: readonly object[],
  row?: DiagnoseRow,
): Pick<PeerRelease, 'manifests' | 'chart'> {
  const image = row === undefined ? stage.first : stage.second;
  const chosen = row?.image === 'registry' ? stage.throughMoods(name) : image;
  const text = objects
    .map((object) => JSON.stringify(object))
    .map((json) => json.replaceAll('"image":"app"', `"image":"${formatReference(chosen)}"`))
    .join('\n---\n');
  const chart = join(folder, `chart-${release}`);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
  writeFileSync(join(chart, 'templates', 'all.yaml'), text);
  const manifests = join(folder, `${release}.yaml`);
  writeFileSync(manifests, text);
  return { manifests, chart };
}

async function run(commands: readonly (readonly [string, ...string[]])[]): Promise<void> {
  for (const command of commands) await runCommand(command);
}

async function tryRun(
  commands: readonly (readonly [string, ...string[]])[],
): Promise<string | undefined> {
  try {
    await run(commands);
    return undefined;
  } catch (error) {
    const text = error instanceof CommandError ? error.stderr : '';
    const lines = (text.trim() === '' ? describeError(error) : text).trim().split('\n');
    return lines.at(-1) ?? '';
  }
}
