import { numberAt, recordAt, textAt, valueAt, type JsonRecord } from '../manifest/index.js';
import { shorten } from './text.js';

export type ProbeName = 'readiness' | 'liveness' | 'startup';

export interface Probe {
  /** What it asks: `GET :8080/healthz`, `TCP :5432`, `gRPC :9000`, `exec pg_isready`. */
  readonly asks: string;
  /** From the start of a container until it has been asked so often that silence means something. */
  readonly windowMs: number;
}

/** Undefined where there is none, or one that asks nothing that is known. */
export function readProbe(probe: JsonRecord | undefined): Probe | undefined {
  const asks = describe(probe);
  if (probe === undefined || asks === undefined) return undefined;
  const number = (field: string, fallback: number): number => numberAt(probe, field) ?? fallback;
  const period = number('periodSeconds', 10);
  const tries = number('failureThreshold', 3) + number('successThreshold', 1);
  const seconds = number('initialDelaySeconds', 0) + tries * period + number('timeoutSeconds', 1);
  return { asks, windowMs: seconds * 1000 };
}

function describe(probe: JsonRecord | undefined): string | undefined {
  const http = recordAt(probe, 'httpGet');
  if (http !== undefined) return `GET :${portOf(http)}${textAt(http, 'path') ?? '/'}`;
  const tcp = recordAt(probe, 'tcpSocket');
  if (tcp !== undefined) return `TCP :${portOf(tcp)}`;
  const grpc = recordAt(probe, 'grpc');
  if (grpc !== undefined) return `gRPC :${portOf(grpc)}`;
  const command = valueAt(probe, 'exec', 'command');
  return Array.isArray(command) ? `exec ${shorten(command.join(' '), 80)}` : undefined;
}

function portOf(action: JsonRecord): string {
  return textAt(action, 'port') ?? String(numberAt(action, 'port') ?? '?');
}
