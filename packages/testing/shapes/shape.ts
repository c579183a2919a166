import type { KubernetesObject } from '@slipway/core/manifest';

/** Where a shape is deployed. */
export interface ShapePlace {
  readonly namespace: string;
  /** Makes names unique that the whole cluster shares. */
  readonly suffix: string;
  /** Of the certificate that the shape’s servers have, in PEM. */
  readonly certificate: { readonly authority: string; readonly cert: string; readonly key: string };
}

export type Release = 1 | 2;

/** An application of a form that people really run: two releases of it, of which the second lacks something. */
export interface Shape {
  readonly name: string;
  /** Its files by path. */
  files(release: Release, place: ShapePlace): Readonly<Record<string, string>>;
  /** What the files are, if not manifests. */
  readonly source?: { readonly kind: 'kustomization' | 'chart'; readonly folder: string };
  /** `ConfigMap old`: what only the first release has. */
  readonly removed: readonly string[];
  /** What is asked over HTTP before it counts as good. */
  readonly smokeTest?: { readonly service: string; readonly path: string };
  /** A custom resource that the account must be allowed to write: its group and plural. */
  customResource?(place: ShapePlace): { readonly group: string; readonly resource: string };
}

/** Manifests of some objects: JSON is YAML, too. */
export function format(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

/** A pod that answers on port 8080 with its version, and lets itself be ended at once. */
export function podTemplate(
  app: string,
  more: { readonly container?: object; readonly spec?: object } = {},
) {
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'web',
          image: 'app',
          ports: [{ containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
          ...more.container,
        },
      ],
      ...more.spec,
    },
  };
}

export function deployment(
  name: string,
  more: { readonly container?: object; readonly spec?: object } = {},
): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, more),
    },
  };
}

export function service(name: string, more: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...more },
  };
}

export function configMap(name: string, data: Readonly<Record<string, string>>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** A shape whose files are one file of manifests. */
export function shapeOf(
  name: string,
  objects: (release: Release, place: ShapePlace) => readonly KubernetesObject[],
  more: Omit<Shape, 'name' | 'files'>,
): Shape {
  return {
    name,
    files: (release, place) => ({ 'app.yaml': format(objects(release, place)) }),
    ...more,
  };
}
