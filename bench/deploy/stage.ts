import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatReference } from '@slipway/core/image-ref';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { ensureProgram } from '@slipway/lab/build';
import { openStage as openClusterStage, type Stage as ClusterStage } from '@slipway/testing/stage';
import { startStopwatch, type Stopwatch } from '../instruments/index.js';
import type { ToolName } from './cases.js';
import { formatWorkloads } from './manifests.js';
import { kubectlCommand, manifestFile, ourCommand, type Command, type Place } from './tools.js';

const action = fileURLToPath(new URL('../../dist/k8s-deploy/index.js', import.meta.url));

/** A real cluster and a real registry, with a namespace for each tool. */
export interface Stage {
  readonly stopwatch: Stopwatch;
  /** An image of a version that nobody else has. */
  push(version: string, owner: string): Promise<string>;
  /** Makes a namespace for each tool. */
  open(workloads: number): Promise<void>;
  /** What a tool has to be called with to make an image live in its namespace. */
  prepare(tool: ToolName, workloads: number, image: string): Command;
  /** Takes the namespaces of both tools away, with all that is in them. */
  clear(workloads: number): Promise<void>;
  end(): Promise<void>;
}

/** @throws Error when a part cannot be started */
export async function openStage(say: (line: string) => void): Promise<Stage> {
  const program = join(await ensureProgram('latency-proxy', say), 'latency-proxy');
  const stage = await openClusterStage('bench');
  const stopwatch = startStopwatch(program);
  return {
    stopwatch,
    push: async (version, owner) => {
      const tag = `${version}-${owner}`;
      return formatReference(await stage.push({ version, behaviour: 'serve', tag }));
    },
    open: async (workloads) => {
      for (const tool of tools) {
        await stage.cluster.create(describeNamespace(stage, tool, workloads));
      }
    },
    prepare: (tool, workloads, image) => {
      const place = placeOf(stage, tool, workloads);
      const isOurs = tool === 'ours';
      const text = formatWorkloads(workloads, isOurs ? 'web' : image);
      writeFileSync(join(place.folder, manifestFile), text);
      return isOurs
        ? ourCommand(place, { node: process.execPath, action, image })
        : kubectlCommand(place, workloads);
    },
    clear: (workloads) => clearNamespaces(stage, workloads),
    end: async () => {
      await stopwatch.end();
      await stage.close();
    },
  };
}

function nameNamespace({ namespace }: ClusterStage, tool: ToolName, workloads: number): string {
  return `${namespace}-${tool}-${workloads}`;
}

function describeNamespace(
  stage: ClusterStage,
  tool: ToolName,
  workloads: number,
): KubernetesObject {
  const name = nameNamespace(stage, tool, workloads);
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function placeOf(stage: ClusterStage, tool: ToolName, workloads: number): Place {
  const { kubectl, kubeconfig, context, registryHost } = stage;
  const namespace = nameNamespace(stage, tool, workloads);
  const [folder, home] = [join(stage.folder, namespace), join(stage.folder, `${namespace}-home`)];
  for (const each of [folder, home]) mkdirSync(each, { recursive: true });
  for (const name of ['output', 'state', 'summary']) writeFileSync(join(home, name), '');
  return { kubectl, kubeconfig, context, namespace, folder, registry: registryHost, home };
}

const tools: readonly ToolName[] = ['ours', 'kubectl'];

async function clearNamespaces(stage: ClusterStage, workloads: number): Promise<void> {
  const identities = tools.map((tool) => identify(describeNamespace(stage, tool, workloads)));
  for (const identity of identities) await stage.cluster.remove(identity);
  for (const identity of identities) {
    while ((await stage.cluster.get(identity)) !== undefined) await systemClock.sleep(500);
  }
}
