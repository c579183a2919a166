/** A chart of one template, as files of a workspace. */
export const smallChart = {
  'deploy/chart/Chart.yaml': 'apiVersion: v2\nname: orders\nversion: 0.1.0\n',
  'deploy/chart/values.yaml': 'replicas: 1\n',
  'deploy/chart/templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  replicas: {{ .Values.replicas | quote }}
  kubernetes: {{ .Capabilities.KubeVersion.Version }}
  monitored: {{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" | quote }}
`,
};

/** Everything that a chart can be made of. */
export const wholeChart = {
  'deploy/chart/Chart.yaml': `apiVersion: v2
name: orders
version: 0.1.0
dependencies:
  - { name: cache, version: 1.x.x, alias: basket, condition: basket.enabled }
  - { name: unused, version: 1.0.0, condition: unused.enabled }
  - { name: common, version: 0.2.0, repository: "file://../../libs/common" }
`,
  'deploy/chart/values.yaml':
    'replicas: 1\nbasket: { enabled: true }\nunused: { enabled: false }\n',
  'deploy/chart/crds/order.yaml': `# an order
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: orders.shop.example.com }
spec: { group: shop.example.com, names: { kind: Order, plural: orders }, scope: Namespaced }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: lines.shop.example.com }
`,
  'deploy/chart/templates/_helpers.tpl': '{{ define "labels" }}app: {{ .Release.Name }}{{ end }}',
  'deploy/chart/templates/NOTES.txt': 'Orders are served.\n',
  'deploy/chart/templates/deployment.yaml': `{{- if gt (int .Values.replicas) 0 }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: { {{ include "labels" . }} }
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata: { labels: { {{ include "labels" . }} } }
    spec:
      containers:
        - { name: orders, image: orders, env: [{ name: HELLO, value: {{ .Values.hello | default "–" | quote }} }] }
{{- end }}
---
# nothing here
---
{{ include "common.service" . }}
`,
  'deploy/chart/templates/migrate.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "2"
    helm.sh/hook-delete-policy: before-hook-creation
    slipway.dev/migration: expand
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: migrate, image: orders }] } } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: farewell, annotations: { helm.sh/hook: pre-delete } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: bye, image: orders }] } } }
`,
  'deploy/chart/templates/tests/ask.yaml': `apiVersion: v1
kind: Pod
metadata: { name: ask, annotations: { helm.sh/hook: test } }
spec: { containers: [{ name: ask, image: busybox }] }
`,
  'deploy/chart/charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 1.4.0\n',
  'deploy/chart/charts/cache/values.yaml': 'size: 1\n',
  'deploy/chart/charts/cache/templates/config.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Chart.Name }} }\ndata: { size: {{ .Values.size | quote }}, mode: "0644" }\n',
  'deploy/chart/charts/unused/Chart.yaml': 'apiVersion: v2\nname: unused\nversion: 1.0.0\n',
  'deploy/chart/charts/unused/templates/never.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: never }\n',
  'libs/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 0.2.0\ntype: library\n',
  'libs/common/templates/_service.tpl': `{{ define "common.service" -}}
apiVersion: v1
kind: Service
metadata: { name: {{ .Release.Name }} }
spec: { ports: [{ port: 80 }] }
{{ end }}`,
  'deploy/values.yaml': 'replicas: 2\nbasket: { size: 7 }\n',
  'deploy/values-test.yaml': 'hello: test\n',
  'deploy/values-production.yaml': 'hello: production\nreplicas: 5\n',
  'other/unrelated.yaml': 'not: ours\n',
};

export const wholeValues = ['deploy/values.yaml', 'deploy/values-{environment}.yaml'];

/** What it renders for the environment test. */
export const wholeChartManifests = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: lines.shop.example.com
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: orders.shop.example.com
spec:
  group: shop.example.com
  names:
    kind: Order
    plural: orders
  scope: Namespaced
---
apiVersion: v1
data:
  mode: '0644'
  size: '7'
kind: ConfigMap
metadata:
  name: basket
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  ports:
    - port: 80
---
apiVersion: batch/v1
kind: Job
metadata:
  annotations:
    slipway.dev/migration: expand
    slipway.dev/order: '2'
    slipway.dev/phase: migrations
  name: migrate
spec:
  template:
    spec:
      containers:
        - image: orders
          name: migrate
      restartPolicy: Never
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: orders
  name: orders
spec:
  replicas: 2
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - env:
            - name: HELLO
              value: test
          image: orders
          name: orders
---
apiVersion: batch/v1
kind: Job
metadata:
  annotations:
    slipway.dev/phase: smoke-test
  name: ask
spec:
  backoffLimit: 0
  template:
    metadata: {}
    spec:
      containers:
        - image: busybox
          name: ask
      restartPolicy: Never
`;
