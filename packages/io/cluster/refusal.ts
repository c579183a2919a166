import { ClusterError, type FieldConflict } from './cluster-error.js';
import { recordAt, recordsAt, textAt, type JsonRecord } from '@slipway/core/manifest';
import { tryParseRecord } from './json.js';
import type { Operation } from './operation.js';

/** Who is asked: for the sentences of errors. */
export interface ApiName {
  readonly context: string;
  readonly server: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** The API's own answer about a request: kind `Status`. */
export function tryReadStatus(body: string): JsonRecord | undefined {
  const record = tryParseRecord(body);
  return record?.['kind'] === 'Status' && record['apiVersion'] === 'v1' ? record : undefined;
}

/**
 * `kubectl proxy` answers in plain text when it does not reach the API; whatever comes from the API
 * carries an Audit-Id.
 */
export function readProxyFailure({ status, headers, body }: ApiResponse): string | undefined {
  const isText = String(headers['content-type'] ?? 'text/plain').startsWith('text/plain');
  if (status < 500 || !isText || headers['audit-id'] !== undefined) return undefined;
  return body.trim() === '' ? `the proxy answered ${status}` : body.trim();
}

/** The error for an answer of status 400 and more. */
export function describeRefusal(
  api: ApiName,
  operation: Operation,
  response: ApiResponse,
): ClusterError {
  const answer = tryReadStatus(response.body);
  const { status } = response;
  const said =
    textAt(answer, 'message') ?? (response.body.trim().slice(0, 500) || `HTTP ${status}`);
  const reason = textAt(answer, 'reason');
  const facts = { status, ...(reason === undefined ? {} : { reason }) };
  if (status === 401 || status === 403) return denied(api, operation, status, said, facts);
  const conflicts = answer === undefined ? [] : readConflicts(answer);
  if (conflicts.length > 0) {
    const owners = conflicts.map(({ manager, field }) => `${field} belongs to ${manager}`);
    return new ClusterError(
      'apply-conflict',
      `${operation.subject} has fields that others manage: ${owners.join(', ')}`,
      { ...facts, conflicts },
    );
  }
  return new ClusterError(
    'cluster-refused',
    `the cluster ${api.context} refused to ${operation.verb} ${operation.subject}: ${said}`,
    facts,
  );
}

function denied(
  api: ApiName,
  operation: Operation,
  status: number,
  said: string,
  facts: { readonly status: number; readonly reason?: string },
): ClusterError {
  if (status === 401) {
    return new ClusterError(
      'cluster-denied',
      `the cluster ${api.context} (${api.server}) does not accept the credentials: ${said}`,
      { ...facts, fix: `Renew the credentials of context ${api.context} in the kubeconfig.` },
    );
  }
  const leaving = leavingNamespace.exec(said)?.groups?.['namespace'];
  if (leaving !== undefined) {
    return new ClusterError(
      'cluster-refused',
      `the cluster ${api.context} takes no ${operation.subject}: the namespace ${leaving} is being deleted`,
      {
        ...facts,
        fix: `Wait until it is gone, and deploy again. What keeps it: kubectl get namespace ${leaving} -o jsonpath='{.status.conditions}'.`,
      },
    );
  }
  const rule = readMissingRule(said);
  // admission answers 403 too: then the user may do it, and a policy or a quota says no
  return new ClusterError(
    rule === undefined ? 'cluster-refused' : 'cluster-denied',
    `the cluster ${api.context} does not allow to ${operation.verb} ${operation.subject}: ${said}`,
    rule === undefined ? facts : { ...facts, fix: `Grant ${rule}.` },
  );
}

const leavingNamespace =
  /unable to create new content in namespace (?<namespace>\S+) because it is being terminated/;

const missingRight =
  /cannot (?<verb>\w+) resource "(?<resource>[^"]+)" in API group "(?<group>[^"]*)"(?: in the namespace "(?<namespace>[^"]+)")?/;

/** The RBAC rule that would allow what the API's sentence says is not allowed. */
function readMissingRule(said: string): string | undefined {
  const right = missingRight.exec(said)?.groups;
  if (right === undefined) return undefined;
  const { namespace, group = '', resource = '', verb = '' } = right;
  const where = namespace === undefined ? 'a ClusterRole' : `a Role in namespace ${namespace}`;
  return `${where} with {apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]}`;
}

function readConflicts(answer: JsonRecord): readonly FieldConflict[] {
  return recordsAt(recordAt(answer, 'details'), 'causes').flatMap((cause) => {
    if (cause['reason'] !== 'FieldManagerConflict') return [];
    const field = textAt(cause, 'field') ?? '.';
    const manager = /conflict with "(?<manager>[^"]+)"/.exec(textAt(cause, 'message') ?? '');
    return [{ field, manager: manager?.groups?.['manager'] ?? 'another manager' }];
  });
}
