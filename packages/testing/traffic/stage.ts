import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatReference, parsePinnedReference } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import { openLayout, pushImage } from '@slipway/io/registry';
import { ensureProgram } from '@slipway/lab/build';
import { buildBusyboxImage } from '@slipway/lab/images';
import { openStage, type Stage } from '../stage/index.js';

/** A cluster, a registry, and in it the image of a service that is as it should be. */
export interface TrafficStage {
  readonly stage: Stage;
  /** `repository@sha256:…`; what it does is up to the manifests. */
  readonly image: string;
  readonly folder: string;
  close(): Promise<void>;
}

/** @param print takes a line while the image's program is built */
export async function openTrafficStage(print: (line: string) => void): Promise<TrafficStage> {
  const program = join(await ensureProgram('web-server', print), 'web-server');
  const stage = await openStage('traffic');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-traffic-'));
  const image = await pushServer(stage, program, join(folder, 'layout'));
  return {
    stage,
    image,
    folder,
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
      await stage.close();
    },
  };
}

async function pushServer(stage: Stage, program: string, layout: string): Promise<string> {
  mkdirSync(layout, { recursive: true });
  buildBusyboxImage({
    layout,
    files: { '/bin/web-server': { content: readFileSync(program), mode: 0o755 } },
    config: { entrypoint: ['/bin/web-server'], user: '1000', exposedPorts: ['8080/tcp'] },
  });
  const { client, repository, logger } = stage;
  const options = { tagPolicy: 'fail', isDryRun: false, logger, clock: systemClock } as const;
  const pushed = await pushImage(client, await openLayout(layout), repository, {
    ...options,
    tags: [],
  });
  const name = `${repository.registry}/${repository.path}`;
  return formatReference(parsePinnedReference(`${name}@${pushed.digest}`));
}
