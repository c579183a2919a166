/**
 * A workload that has the values of the Secret `database` in its environment.
 *
 * @param behaviour `crash` prints them and ends; `serve` keeps them to itself
 */
export function formatWorkload(behaviour: 'serve' | 'crash'): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: app
          ${behaviour === 'serve' ? '' : `command: [/bin/sh, -c, '${lastWords}']`}
          terminationMessagePolicy: FallbackToLogsOnError
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
          env:
            - name: DATABASE_PASSWORD
              valueFrom: { secretKeyRef: { name: database, key: password } }
            - name: DATABASE_URL
              valueFrom: { secretKeyRef: { name: database, key: url } }
`;
}

/** As programs print what they were given: an assignment, a setting, an address, a header. */
const lastWords = [
  'echo "starting with DATABASE_PASSWORD=$DATABASE_PASSWORD"',
  'echo "{\\"level\\":\\"error\\",\\"password\\":\\"$DATABASE_PASSWORD\\"}"',
  'echo "cannot connect to $DATABASE_URL" >&2',
  'echo "authorization: Bearer $DATABASE_PASSWORD" >&2',
  'exit 3',
].join('; ');

/** An integration suite that prints the Secret, beside its report and in it, and fails. */
export const suite = `
apiVersion: batch/v1
kind: Job
metadata: { name: suite }
spec:
  template:
    spec:
      containers:
        - name: suite
          image: suite
          command: [/bin/sh, -c, '${[
            'echo "testing with password=$DATABASE_PASSWORD"',
            'echo "<testsuite><testcase name=\\"login\\"><failure message=\\"no answer of $DATABASE_URL\\"/>"',
            'echo "<system-out>token: $DATABASE_PASSWORD</system-out></testcase></testsuite>"',
            'exit 1',
          ].join('; ')}']
          env:
            - name: DATABASE_PASSWORD
              valueFrom: { secretKeyRef: { name: database, key: password } }
            - name: DATABASE_URL
              valueFrom: { secretKeyRef: { name: database, key: url } }
`;

/** What nobody should commit. */
export function formatSecret(canary: string): string {
  return `
apiVersion: v1
kind: Secret
metadata: { name: database }
stringData: { password: ${JSON.stringify(canary)} }
data: { token: ${Buffer.from(canary).toString('base64')} }
`;
}
