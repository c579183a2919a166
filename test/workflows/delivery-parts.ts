import { randomBytes } from 'node:crypto';
import { runCommand } from '@slipway/io/command';
import { openLab, type Lab } from '@slipway/lab/parts';

export type Environment = 'test' | 'production';

/** The parts of the lab that a delivery needs, and a place in each that no other suite uses. */
export interface DeliveryParts {
  readonly lab: Lab;
  /** In both clusters. */
  readonly namespace: string;
  /** The registries, and what the shop's repositories in them begin with. */
  readonly hosts: Readonly<Record<Environment, string>>;
  readonly repositories: Readonly<Record<Environment, string>>;
  readonly kubeconfigs: Readonly<Record<Environment, string>>;
  readonly engine: Awaited<ReturnType<Lab['engine']>>;
  /** Programs. */
  readonly kubectl: string;
  readonly act: string;
  /** In the namespace. */
  readonly runKubectl: (environment: Environment, ...args: readonly string[]) => Promise<string>;
  close(): Promise<void>;
}

export async function openDeliveryParts(): Promise<DeliveryParts> {
  const lab = await openLab();
  const [candidates, images, engine, kubectl, act, test, production] = await Promise.all([
    lab.registry('candidates'),
    lab.registry('production'),
    lab.engine(),
    lab.program('kubectl'),
    lab.program('act'),
    lab.cluster('test'),
    lab.cluster('production'),
  ]);
  const namespace = `delivery-${randomBytes(4).toString('hex')}`;
  const hosts = { test: candidates.host, production: images.host };
  const kubeconfigs = { test: test.kubeconfig, production: production.kubeconfig };
  const runKubectl: DeliveryParts['runKubectl'] = async (environment, ...args) => {
    const where = ['--kubeconfig', kubeconfigs[environment], '--namespace', namespace];
    return (await runCommand([kubectl, ...where, ...args])).stdout.trim();
  };
  const removeNamespace = async (environment: Environment): Promise<void> => {
    const options = ['--ignore-not-found', '--wait=false'];
    await runKubectl(environment, 'delete', 'namespace', namespace, ...options);
  };
  return {
    ...{ lab, namespace, hosts, kubeconfigs, engine, kubectl, act, runKubectl },
    repositories: {
      test: `${hosts.test}/${namespace}`,
      production: `${hosts.production}/${namespace}`,
    },
    close: async () => {
      await Promise.all([removeNamespace('test'), removeNamespace('production')]);
      await lab.close();
    },
  };
}
