import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatReference } from '@slipway/core/image-ref';
import { recordAt, recordsAt, textAt } from '@slipway/core/manifest';
import { openStage, type Stage } from '../stage/index.js';
import type { ApiServer } from './gate.js';

/** What all lanes share: one image, the way to the API server, and the packaged actions. */
export interface KillStage {
  readonly stage: Stage;
  readonly api: ApiServer;
  /** `repository@sha256:…`; what it does is up to the manifests. */
  readonly image: string;
  /** A folder for each action. */
  readonly actions: string;
  readonly path: string;
  readonly folder: string;
  close(): Promise<void>;
}

/** The actions as they are committed. */
const committedActions = fileURLToPath(new URL('../../../actions', import.meta.url));

export async function openKillStage(actions = committedActions): Promise<KillStage> {
  const stage = await openStage('kill');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-kill-'));
  const api = readApiServer(readFileSync(stage.kubeconfig, 'utf8'));
  return {
    stage,
    api,
    image: formatReference(await stage.push({ version: '1.0.0', behaviour: 'serve' })),
    actions,
    path: `${dirname(stage.kubectl)}:${process.env['PATH'] ?? ''}`,
    folder,
    close: async () => {
      api.agent.destroy();
      rmSync(folder, { recursive: true, force: true });
      await stage.close();
    },
  };
}

/** @param kubeconfig of the lab, whose one user has a token */
function readApiServer(kubeconfig: string): ApiServer {
  const config: unknown = JSON.parse(kubeconfig);
  const cluster = recordAt(recordsAt(config, 'clusters')[0], 'cluster');
  const authority = textAt(cluster, 'certificate-authority-data') ?? '';
  return {
    url: textAt(cluster, 'server') ?? '',
    token: textAt(recordsAt(config, 'users')[0], 'user', 'token') ?? '',
    agent: new Agent({ keepAlive: true, ca: Buffer.from(authority, 'base64') }),
  };
}
