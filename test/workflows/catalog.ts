import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { parsePinnedReference, type Digest } from '@slipway/core/image-ref';
import { runCommand } from '@slipway/io/command';
import { buildBusyboxImage } from '@slipway/lab/images';
import type { DeliveryParts } from './delivery-parts.js';
import { root } from './workflow-file.js';

interface Folders {
  /** For files. */
  readonly folder: string;
  /** The shop's repository. */
  readonly shop: string;
}

type Outputs = Readonly<Record<string, string>>;

/**
 * A catalog that needs no compiler: the shop's products, served by busybox. The packaged verbs push it and
 * deploy it to test, where it is a neighbour with a record; into production it comes by hand.
 */
export async function releaseCatalog(parts: DeliveryParts, folders: Folders): Promise<Digest> {
  const source = join(folders.folder, 'catalog');
  buildImage(folders.shop, source);
  const pushed = await runSlipway(parts, folders, 'registry-push', {
    source,
    tags: '1.0.0',
  });
  const { reference = '' } = pushed;
  await Promise.all([
    runSlipway(parts, folders, 'k8s-deploy', {
      environment: 'test',
      images: reference,
      kubeconfig: parts.kubeconfigs.test,
    }),
    applyByHand(parts, folders, reference),
  ]);
  return parsePinnedReference(reference).digest;
}

function buildImage(shop: string, layout: string): void {
  const start = ['#!/bin/sh', 'trap "kill $!" TERM', 'httpd -f -p 8080 -h /www & wait', ''];
  const products = readFileSync(join(shop, 'services/catalog/data/products.json'));
  buildBusyboxImage({
    layout,
    files: {
      '/bin/start': { content: start.join('\n'), mode: 0o755 },
      '/www/healthz': { content: 'ok\n' },
      '/www/products': { content: products },
    },
    config: {
      entrypoint: ['/bin/start'],
      env: { PATH: '/bin' },
      user: '1000',
      exposedPorts: ['8080/tcp'],
      labels: { 'org.opencontainers.image.version': '1.0.0' },
    },
  });
}

async function runSlipway(
  { hosts, kubectl }: DeliveryParts,
  { shop }: Folders,
  verb: string,
  inputs: Outputs,
): Promise<Outputs> {
  const all = { service: 'catalog', 'plain-http': Object.values(hosts).join(','), ...inputs };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const path = [dirname(kubectl), process.env['PATH'] ?? ''].join(delimiter);
  const { stdout } = await runCommand(
    [process.execPath, join(root, 'dist/cli/index.js'), verb, ...args, '--json'],
    { cwd: shop, env: { PATH: path, NODE_OPTIONS: undefined } },
  );
  return JSON.parse(stdout) as Outputs;
}

async function applyByHand(
  { namespace, runKubectl }: DeliveryParts,
  { folder, shop }: Folders,
  reference: string,
): Promise<void> {
  const overlay = join(folder, 'by-hand');
  mkdirSync(overlay);
  const [newName, digest] = reference.split('@');
  const kustomization = {
    namespace,
    resources: [relative(overlay, join(shop, 'services/catalog/deploy/base'))],
    images: [{ name: 'catalog', newName, digest }],
  };
  writeFileSync(join(overlay, 'kustomization.yaml'), JSON.stringify(kustomization));
  await runKubectl('production', 'create', 'namespace', namespace);
  await runKubectl('production', 'apply', '--kustomize', overlay);
  await runKubectl('production', 'rollout', 'status', 'deployment/catalog', '--timeout=60s');
}
