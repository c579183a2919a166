/** Parts of a workload’s manifest that a row changes. */
export interface WorkloadParts {
  readonly container?: object;
  readonly pod?: object;
  readonly template?: object;
  readonly spec?: object;
}

const httpGet = { path: '/healthz', port: 8080 };

/** A container that serves, and lets its requests end. */
function container(more: object = {}): object {
  return {
    name: 'web',
    image: 'app',
    ports: [{ containerPort: 8080 }],
    readinessProbe: { httpGet, periodSeconds: 1 },
    lifecycle: { preStop: { exec: { command: ['sleep', '3'] } } },
    ...more,
  };
}

/** A container that only runs a script. */
export function script(name: string, text: string, more: object = {}): object {
  return { name, image: 'app', command: ['/bin/sh', '-c', text], ...more };
}

/** Runs a script before the server starts. */
export function serveAfter(text: string): object {
  return { command: ['/bin/sh', '-c', `${text}; exec /bin/start`] };
}

function template(name: string, parts: WorkloadParts): object {
  const labels = { app: name };
  return {
    metadata: { labels, ...parts.template },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [container(parts.container)],
      ...parts.pod,
    },
  };
}

export function workload(kind: string, name: string, parts: WorkloadParts = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: template(name, parts),
      ...parts.spec,
    },
  };
}

export function job(name: string, text: string, annotations: object): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: {
      backoffLimit: 0,
      template: { spec: { restartPolicy: 'Never', containers: [script('migrate', text)] } },
    },
  };
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

/** Deployment and Service web, the Deployment with 2 replicas of which none may be missing. */
export function web(parts: WorkloadParts = {}): readonly object[] {
  const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  const spec = { replicas: 2, strategy, ...parts.spec };
  return [workload('Deployment', 'web', { ...parts, spec }), service];
}
