import { createRegistryClient, parseRegistryAuth, type RegistryClient } from '@slipway/io/registry';
import { createManualClock, type ManualClock } from '../clock/index.js';
import { createRecordingLogger, type RecordingLogger } from '../logger/index.js';

export interface ClientSettings {
  /** Lines of registry-auth. */
  readonly auth?: readonly string[];
  readonly plainHttp?: readonly string[];
  readonly caCertificates?: string;
  readonly signal?: AbortSignal;
  readonly idleTimeoutMs?: number;
  /** `HTTPS_PROXY` and the like; none when absent, whatever the environment says. */
  readonly proxy?: Readonly<Record<string, string>>;
}

/** A client that never really waits, keeps its log, and has no Docker configuration. */
export async function openTestClient(
  settings: ClientSettings = {},
): Promise<{ client: RegistryClient; clock: ManualClock; logger: RecordingLogger }> {
  const { auth = [], plainHttp = [], ...rest } = settings;
  const clock = createManualClock();
  const logger = createRecordingLogger();
  const client = await createRegistryClient({
    credentials: auth.map((line) => parseRegistryAuth(line, 'registry-auth')),
    plainHttp,
    clock,
    logger,
    dockerConfig: '/nonexistent',
    ...rest,
  });
  return { client, clock, logger };
}
