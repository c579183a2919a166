import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import { listen, stop } from '../registry/index.js';
import { formatRight, readRight } from './right.js';

export interface ApiAccess {
  /** `https://10.64.0.11:6443` */
  readonly server: string;
  /** In PEM. */
  readonly authority: string;
  readonly token: string;
}

/** What was asked for: `patch deployments.apps`. */
export interface RecordedRights {
  readonly used: ReadonlySet<string>;
  readonly denied: ReadonlySet<string>;
}

/** A way to a Kubernetes API that acts as one account, and notes what rights it used. */
export interface RecordingApi {
  /** Speaks plain HTTP, and adds the account’s token. */
  readonly url: string;
  readonly rights: RecordedRights;
  close(): Promise<void>;
}

export async function startRecordingApi({
  server,
  authority,
  token,
}: ApiAccess): Promise<RecordingApi> {
  const rights = { used: new Set<string>(), denied: new Set<string>() };
  const agent = new Agent({ ca: authority, keepAlive: true });
  const passOn = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = 'GET', url = '/' } = incoming;
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` };
    const beyond = request(`${server}${url}`, { method, agent, headers }, (answer) => {
      note(rights, method, url, answer.statusCode ?? 0);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    beyond.on('error', () => outgoing.destroy());
    outgoing.on('close', () => beyond.destroy());
    incoming.pipe(beyond);
  };
  const relay = createServer(passOn);
  const host = await listen(relay);
  return {
    url: `http://${host}`,
    rights,
    close: async () => {
      agent.destroy();
      await stop(relay);
    },
  };
}

/** An apply that makes what was not there is a patch and a create. */
function note(
  { used, denied }: { readonly used: Set<string>; readonly denied: Set<string> },
  method: string,
  url: string,
  status: number,
): void {
  const right = readRight(method, url);
  if (right === undefined) return;
  (status === 403 ? denied : used).add(formatRight(right));
  if (method === 'PATCH' && status === 201) used.add(formatRight({ ...right, verb: 'create' }));
}
