/** @example nameWorkload(3) // 'w03' */
export function nameWorkload(index: number): string {
  return `w${String(index).padStart(2, '0')}`;
}

/**
 * Deployments of one replica each, with a readiness probe, as a text of YAML documents.
 *
 * @param image with its digest for kubectl, or a name that the action replaces
 */
export function formatWorkloads(count: number, image: string): string {
  const documents = Array.from({ length: count }, (_none, index) => {
    const name = nameWorkload(index + 1);
    return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: ${image}
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
`;
  });
  return documents.join('---\n');
}
