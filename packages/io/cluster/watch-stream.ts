import type { IncomingMessage } from 'node:http';
import type { ResourceType, WatchEvent } from './cluster.js';
import { ClusterError } from './cluster-error.js';
import { recordAt, textAt, type JsonRecord } from '@slipway/core/manifest';
import { tryParseRecord } from './json.js';
import { tryReadObject } from './kubernetes-json.js';
import type { Operation } from './operation.js';
import type { ApiName } from './refusal.js';

/**
 * The events of a watch, one JSON object on each line, until the server ends the stream.
 *
 * @throws ClusterError with the status of an ERROR event: 410 when the resource version is too old
 */
export async function* readWatchEvents(
  stream: IncomingMessage,
  type: ResourceType,
  api: ApiName,
  operation: Operation,
): AsyncIterable<WatchEvent> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() !== '') yield readEvent(line, type, api, operation);
    }
  }
}

const changes = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' } as const;

function isChange(name: unknown): name is keyof typeof changes {
  return typeof name === 'string' && Object.hasOwn(changes, name);
}

function readEvent(
  line: string,
  type: ResourceType,
  api: ApiName,
  operation: Operation,
): WatchEvent {
  const record = tryParseRecord(line);
  const name = record?.['type'];
  const content = recordAt(record, 'object');
  if (name === 'ERROR') throw readErrorEvent(content, api, operation);
  if (name === 'BOOKMARK') {
    const resourceVersion = textAt(recordAt(content, 'metadata'), 'resourceVersion');
    if (resourceVersion !== undefined) return { type: 'bookmark', resourceVersion };
  }
  const object = tryReadObject(content, type);
  if (isChange(name) && object !== undefined) return { type: changes[name], object };
  throw new ClusterError(
    'cluster-refused',
    `the cluster ${api.context} sent an event of ${operation.subject} that is not one: ${line.slice(0, 200)}`,
  );
}

function readErrorEvent(
  answer: JsonRecord | undefined,
  api: ApiName,
  operation: Operation,
): ClusterError {
  const code = answer?.['code'];
  const reason = textAt(answer, 'reason');
  const said = textAt(answer, 'message') ?? 'an error without words';
  return new ClusterError(
    'cluster-refused',
    `the cluster ${api.context} ended the watch of ${operation.subject}: ${said}`,
    {
      ...(typeof code === 'number' ? { status: code } : {}),
      ...(reason === undefined ? {} : { reason }),
    },
  );
}
