import { recordAt, recordsAt, textAt } from '@slipway/core/manifest';
import { tryParseRecord } from './json.js';
import type { ApiName } from './refusal.js';

/** What `kubectl config view --output=json` tells; credentials are not in it. */
export interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly contexts: readonly ApiName[];
}

/** @throws Error when the text is not what kubectl prints */
export function readKubeconfig(text: string): Kubeconfig {
  const record = tryParseRecord(text);
  if (record?.['kind'] !== 'Config') throw new Error(`kubectl printed ${text.slice(0, 100)}`);
  const servers = new Map<string, string>();
  for (const entry of recordsAt(record, 'clusters')) {
    const server = textAt(recordAt(entry, 'cluster'), 'server');
    servers.set(textAt(entry, 'name') ?? '', redactUrl(server ?? 'no server'));
  }
  const contexts = recordsAt(record, 'contexts').flatMap((entry) => {
    const context = textAt(entry, 'name');
    const cluster = textAt(recordAt(entry, 'context'), 'cluster') ?? '';
    return context === undefined ? [] : [{ context, server: servers.get(cluster) ?? 'no server' }];
  });
  return { currentContext: textAt(record, 'current-context'), contexts };
}

/** Without a user and password that somebody put into it. */
function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  return url.toString();
}
