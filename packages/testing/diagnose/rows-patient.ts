import { serveAfter, web } from './manifests.js';
import type { DiagnoseRow } from './row.js';

/** Containers that take their time, and are well. */
export const patientRows: readonly DiagnoseRow[] = [
  {
    name: 'slow start of 60 s',
    objects: web({
      container: serveAfter('sleep 60'),
      spec: { strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } },
    }),
    status: 'succeeded',
  },
  {
    name: 'slow readiness',
    objects: web({
      container: {
        readinessProbe: {
          httpGet: { path: '/healthz', port: 8080 },
          periodSeconds: 3,
          initialDelaySeconds: 10,
        },
      },
    }),
    status: 'succeeded',
  },
  {
    name: 'one crash, and then fine',
    objects: web({
      container: {
        ...serveAfter('test -e /once/done || { touch /once/done; exit 1; }'),
        volumeMounts: [{ name: 'once', mountPath: '/once' }],
      },
      pod: { volumes: [{ name: 'once', emptyDir: {} }] },
    }),
    status: 'succeeded',
  },
  {
    name: 'five replicas, two at a time',
    objects: web({
      spec: { replicas: 5, strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } },
    }),
    status: 'succeeded',
  },
];
