import { takeTemplate } from './act.js';

/**
 * What a team adds to the shop: the starter workflows for orders, told of the lab's registries, and a suite
 * that asks orders for what it can only know from the catalog.
 */
export function formatShopFiles(
  busyboxHost: string,
  plainHttp: readonly string[],
): Readonly<Record<string, string>> {
  const service = /^( +)service: \$\{\{ \S+ \}\}$/m;
  const told = (text: string): string =>
    text.replace(service, (line, indent: string) =>
      [line, `${indent}plain-http: ${plainHttp.join(',')}`].join('\n'),
    );
  return {
    '.github/workflows/pull-request.yml': takeTemplate('pull-request', 'orders'),
    '.github/workflows/continuous-delivery.yml': `${told(takeTemplate('continuous-delivery', 'orders'))}${announcement}`,
    '.github/workflows/rollback.yml': told(takeTemplate('rollback', 'orders')),
    'integration/suite.yaml': formatSuite(`${busyboxHost}/library/busybox:1.36`),
  };
}

/** A job of the team's own, which uses what the workflow answers. */
const announcement = `
  announce:
    needs: deliver
    runs-on: ubuntu-24.04
    steps:
      - env:
          DELIVERED: \${{ needs.deliver.outputs.version }} \${{ needs.deliver.outputs.status }} \${{ needs.deliver.outputs.reference }}
        run: echo "delivered $DELIVERED"
`;

function formatSuite(image: string): string {
  return `
apiVersion: batch/v1
kind: Job
metadata: { name: integration-suite }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: suite
          image: ${image}
          command: [/bin/sh, -c]
          args:
            - |
              order=$(wget -q -O - http://orders/orders/1)
              case "$order" in
                *'"product":"kettle","quantity":1,"cents":2900'*) failures=0 failure= ;;
                *) failures=1 failure='<failure message="not the price that the catalog has"/>' ;;
              esac
              echo '<testsuites><testsuite name="integration" tests="1" failures="'$failures'">'
              echo '<testcase classname="integration" name="orders asks the price that the catalog has">'
              echo "$failure</testcase></testsuite></testsuites>"
              exit $failures
`;
}
