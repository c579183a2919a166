import type { ApiClient } from './api-client.js';
import type { LogRequest, ServiceAnswer, ServiceRequest } from './cluster.js';
import { textAt } from '@slipway/core/manifest';
import { describeRefusal, tryReadStatus } from './refusal.js';
import { formatQuery } from './resource-path.js';

const longestLogBytes = 262_144;

/** The end of a container's log; '' when the pod or the container's (previous) run is not there. */
export async function readContainerLog(client: ApiClient, options: LogRequest): Promise<string> {
  const { namespace, pod, container, previous, tailLines } = options;
  const operation = {
    verb: 'get',
    subject: `the log of ${namespace}/${pod}/${container}`,
  } as const;
  const query = formatQuery({ container, previous, tailLines, limitBytes: longestLogBytes });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  const response = await client.send({
    method: 'GET',
    path: path + query,
    operation,
    retry: 'never',
  });
  if (response.status === 400 || response.status === 404) return '';
  if (response.status >= 400) throw describeRefusal(client.name, operation, response);
  return response.body;
}

/** GET of a Service through the API server, which needs the right `get` on `services/proxy`. */
export async function requestThroughProxy(
  client: ApiClient,
  { namespace, service, port, path, timeoutMs }: ServiceRequest,
): Promise<ServiceAnswer> {
  const operation = {
    verb: 'get',
    subject: `http://${service}.${namespace}:${port}${path} through the API server`,
  } as const;
  const target = `${encodeURIComponent(service)}:${encodeURIComponent(port)}`;
  const namespacePath = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const response = await client.send({
    method: 'GET',
    path: `${namespacePath}/services/${target}/proxy${path}`,
    operation,
    timeoutMs,
    retry: 'never',
    // the one who asks a service wants to know that it is silent, and not that the cluster is
    whenLate: () => ({ status: 504, headers: {}, body: `no answer within ${timeoutMs / 1000} s` }),
  });
  const answer = tryReadStatus(response.body);
  const isAnswerOfService = answer === undefined;
  // no endpoint is ready, or none answers: that is a state of the service, and no error of ours
  const isServiceDown = response.status === 503;
  if (isAnswerOfService) return { status: response.status, body: response.body };
  if (isServiceDown) {
    return { status: 503, body: textAt(answer, 'message') ?? response.body };
  }
  throw describeRefusal(client.name, operation, response);
}
