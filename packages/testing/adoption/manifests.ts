export interface AppContent {
  readonly image: string;
  /** What the first manifests have and the next have no longer. */
  readonly isOld: boolean;
  /** Where an autoscaler sets the replicas, the next manifests have none. */
  readonly isAutoscaled: boolean;
}

/** A small application: what it serves, its settings, how it is reached. */
export function formatApp(name: string, { image, isOld, isAutoscaled }: AppContent): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name} }
data: { colour: blue${isOld ? ', old: "yes"' : ''} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}${isOld ? ', annotations: { team: old }' : ''} }
spec:
  ${isAutoscaled && !isOld ? '' : 'replicas: 2'}
  selector: { matchLabels: { app: ${name} } }
  strategy: ${isOld ? '{ rollingUpdate: { maxUnavailable: 0 } }' : '{ type: Recreate }'}
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: ${image}
          ports: [{ containerPort: 8080 }]
          envFrom: [{ configMapRef: { name: ${name} } }]
          env: [{ name: NEW, value: "1" }${isOld ? ', { name: OLD, value: "1" }' : ''}]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: 8080 }] }
`;
}
