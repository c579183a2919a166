import type { JsonSchema } from '../json-schema/index.js';
import { changeLevels } from '../version/index.js';
import { migrations } from './migration.js';
import { name, text, whole } from './schema-parts.js';

/** What a bundle says about itself: the config of its OCI manifest. */
export const bundleSchema: JsonSchema = {
  type: 'object',
  required: [
    ...['service', 'environment', 'namespace', 'version', 'images', 'dependsOn', 'migration'],
    ...['verification', 'strategy'],
  ],
  properties: {
    service: name,
    environment: name,
    namespace: name,
    version: name,
    level: {
      description:
        'what the version changes against the one before it, as image-version computed it',
      type: 'string',
      enum: changeLevels,
    },
    commit: name,
    source: { ...name, description: 'the repository that it was built from' },
    createdAt: { ...text, description: 'of the commit, never of the rendering' },
    images: {
      description: 'The service’s own images.',
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'reference'],
        properties: { name, reference: { ...name, description: 'repository@digest' } },
      },
    },
    dependsOn: { description: 'Services that it calls.', type: 'array', items: name },
    secrets: {
      description: 'Secrets that it needs; their values are in no bundle.',
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'type', 'keys'],
        properties: { name, namespace: name, type: name, keys: { type: 'array', items: name } },
      },
    },
    chart: {
      description: 'What a chart was rendered with; its files and values are in the sources.',
      type: 'object',
      required: ['source', 'values', 'releaseName', 'kubeVersion', 'apiVersions'],
      properties: {
        source: { ...name, description: 'a folder, or oci://repository@digest' },
        values: { type: 'array', items: name },
        releaseName: name,
        kubeVersion: name,
        apiVersions: { type: 'array', items: name },
      },
    },
    migration: {
      description: 'The strictest of its objects; an unannotated Job counts as irreversible.',
      type: 'string',
      enum: migrations,
    },
    verification: {
      type: 'object',
      required: ['soakMs'],
      properties: {
        soakMs: whole(0),
        smokeTest: {
          type: 'object',
          required: ['service', 'port', 'path', 'timeoutMs'],
          properties: { service: name, port: name, path: name, timeoutMs: whole(0) },
        },
      },
    },
    strategy: { type: 'string', enum: ['rolling'] },
  },
};
