import { numberAt, recordsAt, textAt, type KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import type { Stage } from '../stage/index.js';

const pauseMs = 300;
const address = { loadBalancer: { ingress: [{ ip: '192.0.2.10' }] } };

/** A kind that waits for a controller that the lab does not have, and what one would say. */
interface Served {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined where nothing is to be said, or all is. */
  readonly say: (object: KubernetesObject) => object | undefined;
}

const served: readonly Served[] = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    say: (ingress) => (hasAddress(ingress) ? undefined : address),
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    say: (service) =>
      textAt(service, 'spec', 'type') !== 'LoadBalancer' || hasAddress(service)
        ? undefined
        : address,
  },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', say: acceptRoute },
];

/**
 * Says of Ingresses, routes and load balancers in namespaces of a suffix that they are served, as controllers
 * would, until the signal is aborted.
 */
export async function runController(
  stage: Stage,
  suffix: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const { say, ...type } of served) {
      for (const object of (await stage.admin.list(type)).items) {
        const status = object.metadata.namespace?.endsWith(suffix) === true && say(object);
        if (status !== undefined && status !== false) await patchStatus(stage, object, status);
      }
    }
    await systemClock.sleep(pauseMs, signal).catch(() => undefined);
  }
}

function hasAddress(object: KubernetesObject): boolean {
  return recordsAt(object, 'status', 'loadBalancer', 'ingress').length > 0;
}

function acceptRoute(route: KubernetesObject): object | undefined {
  const { generation = 0 } = route.metadata;
  const [parent] = recordsAt(route, 'status', 'parents');
  const [condition] = recordsAt(parent, 'conditions');
  if (numberAt(condition, 'observedGeneration') === generation) return undefined;
  const conditions = [
    { type: 'Accepted', status: 'True', reason: 'Accepted', observedGeneration: generation },
  ];
  return { parents: [{ parentRef: { name: 'gateway' }, controllerName: 'lab', conditions }] };
}

async function patchStatus(
  { kubectl, kubeconfig, context }: Stage,
  { kind, metadata: { name, namespace = '' } }: KubernetesObject,
  status: object,
): Promise<void> {
  const where = ['--kubeconfig', kubeconfig, '--context', context, '-n', namespace];
  const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
  const argv = [kubectl, ...where, 'patch', kind.toLowerCase(), name, ...patch] as const;
  await runCommand(argv, { acceptExitCodes: [1] }); // it may have been deleted meanwhile
}
