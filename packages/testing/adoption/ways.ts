import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import type { FormerService } from './former-service.js';

export interface Way {
  readonly install: (service: FormerService, helm: string) => Promise<void>;
  /** Who deployed it, by the API's record. */
  readonly deployers: readonly string[];
  readonly replicas?: number;
}

export const ways: ReadonlyMap<string, Way> = new Map<string, Way>([
  [
    'applied',
    {
      install: async (service) => {
        await service.kubectl('apply', '-f', await service.writeFormer());
      },
      deployers: ['kubectl-client-side-apply'],
    },
  ],
  [
    'server-side',
    {
      install: async (service) => {
        await service.kubectl('apply', '--server-side', '-f', await service.writeFormer());
      },
      deployers: ['kubectl'],
    },
  ],
  [
    'created',
    {
      install: async (service) => {
        await service.kubectl('create', '-f', await service.writeFormer());
      },
      deployers: ['kubectl-create'],
    },
  ],
  [
    'released', // by a program of its own name
    {
      install: async (service) => {
        const path = await service.writeFormer();
        await service.kubectl('create', '--field-manager=deploy-action', '-f', path);
      },
      deployers: ['deploy-action'],
    },
  ],
  ['charted', { install: installChart, deployers: ['helm'] }],
  [
    'edited',
    {
      install: installByHand,
      replicas: 3,
      deployers: [
        'kubectl-client-side-apply',
        'kubectl-patch',
        'kubectl-set',
        'kubectl-annotate',
        'kubectl-edit',
        'kubectl',
      ],
    },
  ],
]);

async function installChart(service: FormerService, helm: string): Promise<void> {
  const chart = join(service.folder, 'chart');
  const path = await service.writeFormer();
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: app\nversion: 0.1.0\n');
  await runCommand(['cp', path, join(chart, 'templates')]);
  const extra = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${service.name}-extra` },
  };
  writeFileSync(
    join(chart, 'templates', 'extra.yaml'),
    JSON.stringify({ ...extra, data: { a: '1' } }),
  );
  const { kubeconfig, context, namespace } = service.stage;
  const place = [
    `--kubeconfig=${kubeconfig}`,
    `--kube-context=${context}`,
    '--namespace',
    namespace,
  ];
  await runCommand([helm, ...place, 'install', service.name, chart]);
}

/** As people do it when something has to work at once. */
async function installByHand(service: FormerService): Promise<void> {
  const { name } = service;
  const deployment = `deployment/${name}`;
  await service.kubectl('apply', '-f', await service.writeFormer());
  await service.kubectl(
    'patch',
    'configmap',
    name,
    '--type=merge',
    '--patch',
    '{"data":{"old":"by hand"}}',
  );
  await service.kubectl('set', 'env', deployment, 'OLD=by-hand');
  await service.kubectl('annotate', deployment, 'team=hand', '--overwrite');
  await service.kubectl('scale', deployment, '--replicas=3');
  const editor = join(service.folder, 'editor.sh');
  writeFileSync(editor, '#!/bin/sh\nsed -i "s/port: 80$/port: 80\\n    name: http/" "$1"\n', {
    mode: 0o755,
  });
  await service.kubectl('edit', 'service', name);
}
