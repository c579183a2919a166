import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Agent, createServer, request, type RequestOptions, type Server } from 'node:https';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { isRecord, recordAt, textAt } from '@slipway/core/manifest';
import { readApiPath, type ApiPath } from './api-path.js';
import type { ApiDoorConfig } from './config.js';
import { OwnObjects } from './ours.js';

/** Connections of ours to the API that nobody uses are given up before the server does it. */
const idleMs = 30_000;

/**
 * The way of everybody who uses the lab to an existing cluster’s API. Each keeps the credentials that he has; what was
 * made is written down, so that it can be removed, and what was there before cannot be changed.
 */
export function createApiDoor(config: ApiDoorConfig): Server {
  const ours = new OwnObjects(config.folder, config.namespace);
  const agent = new Agent({ keepAlive: true, timeout: idleMs });
  const api = { ...readServer(config), agent };
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const path = readApiPath(incoming.url ?? '');
    if (path !== undefined && (await isForeign(incoming, path, { api, ours, config }))) {
      refuse(outgoing, path);
      return;
    }
    const isDry = /[?&]dryRun=/.test(incoming.url ?? '');
    passOn(incoming, outgoing, api, (body) => {
      if (path !== undefined && !isDry) note(ours, path, body);
    });
  };
  const listener: RequestListener = (incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  };
  const certificate = { key: readFileSync(config.key), cert: readFileSync(config.certificate) };
  const door = createServer({ ...certificate, keepAliveTimeout: 0, requestTimeout: 0 }, listener);
  door.on('upgrade', (incoming: IncomingMessage, near: Duplex, head: Buffer) =>
    passUpgrade(incoming, near, head, api),
  );
  return door;
}

function readServer({
  server,
  authority,
  serverName,
  isUnverified,
}: ApiDoorConfig): RequestOptions {
  const { hostname, port, pathname } = new URL(server);
  return {
    host: hostname,
    port: port === '' ? 443 : Number(port),
    path: pathname.replace(/\/$/, ''),
    rejectUnauthorized: !isUnverified,
    ...(authority === '' ? {} : { ca: authority }),
    ...(serverName === '' ? {} : { servername: serverName }),
  };
}

interface Judges {
  readonly api: RequestOptions;
  readonly ours: OwnObjects;
  readonly config: ApiDoorConfig;
}

/** Whether a request would change what was there before. */
async function isForeign(
  { method = 'GET' }: IncomingMessage,
  path: ApiPath,
  { api, ours, config }: Judges,
): Promise<boolean> {
  if (['GET', 'HEAD', 'OPTIONS'].includes(method) || ours.has(path)) return false;
  if (path.name === undefined) return method !== 'POST';
  const headers = { authorization: `Bearer ${config.token}` };
  const own = `${api.path ?? ''}${path.collection}/${path.name}`;
  const answer = await send(request({ ...api, path: own, headers }));
  answer.resume();
  return answer.statusCode === 200;
}

/** Whoever runs the tests can read in the sentence why some are skipped. */
function refuse(outgoing: ServerResponse, { kind, name = '' }: ApiPath): void {
  const message = `the lab does without ${kind}/${name}: it was in the cluster before, and stays as it is`;
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden' };
  outgoing.writeHead(403, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ ...status, code: 403, message }));
}

function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  api: RequestOptions,
  onCreated: (body: Buffer) => void,
): void {
  const onward = open(incoming, api);
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  onward.once('response', (answer) => {
    const { statusCode = 502, headers } = answer;
    answer.on('error', () => outgoing.destroy());
    if (statusCode !== 201) {
      outgoing.writeHead(statusCode, headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      return;
    }
    buffer(answer).then(
      (body) => {
        onCreated(body);
        outgoing.writeHead(statusCode, headers);
        outgoing.end(body);
      },
      () => outgoing.destroy(),
    );
  });
  incoming.pipe(onward);
}

/** Only what is JSON can be written down. */
function open({ method, url = '', headers }: IncomingMessage, api: RequestOptions) {
  const isWrite = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const { 'accept-encoding': _encoding, ...plain } = headers;
  return request({
    ...api,
    method,
    path: `${api.path ?? ''}${url}`,
    headers: isWrite ? { ...plain, accept: 'application/json' } : headers,
  });
}

function note(ours: OwnObjects, path: ApiPath, body: Buffer): void {
  if (path.subresource !== undefined || ours.isInside(path)) return;
  const object: unknown = JSON.parse(body.toString('utf8'));
  if (!isRecord(object)) return;
  const metadata = recordAt(object, 'metadata');
  const [apiVersion, kind] = [textAt(object, 'apiVersion'), textAt(object, 'kind')];
  const [name, uid] = [textAt(metadata, 'name'), textAt(metadata, 'uid')];
  if (apiVersion === undefined || kind === undefined || name === undefined || uid === undefined)
    return; // a question that is answered and not kept
  const namespace = textAt(metadata, 'namespace');
  const identity = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  ours.add({ identity, uid, path: `${path.collection}/${name}` });
}

/** What becomes of a connection that turns into something else: exec, port-forward. */
function passUpgrade(
  incoming: IncomingMessage,
  near: Duplex,
  head: Buffer,
  api: RequestOptions,
): void {
  const { method, url = '', headers } = incoming;
  const onward = request({
    ...api,
    agent: false,
    method,
    path: `${api.path ?? ''}${url}`,
    headers,
  });
  const cut = (): void => void near.destroy();
  near.on('error', () => onward.destroy());
  onward.on('error', cut);
  onward.once('response', cut);
  onward.once('upgrade', (answer, far, rest) => {
    const lines = answer.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ''}`] : [],
    );
    near.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
    near.write(rest);
    far.write(head);
    far.on('error', cut);
    near.on('close', () => far.destroy());
    near.pipe(far).pipe(near);
  });
  onward.end();
}

function send(asked: ReturnType<typeof request>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once('response', resolve);
    asked.once('error', reject);
    asked.end();
  });
}
