import type { KubernetesObject } from '@slipway/core/manifest';
import type { ResourceType } from './cluster.js';
import { isRecord, type JsonRecord } from '@slipway/core/manifest';

function isOptional(record: JsonRecord, keys: readonly string[], type: string): boolean {
  return keys.every((key) => record[key] === undefined || typeof record[key] === type);
}

function isTextMap(value: unknown): boolean {
  return (
    value === undefined ||
    (isRecord(value) && Object.values(value).every((text) => typeof text === 'string'))
  );
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (!isRecord(value)) return false;
  const { apiVersion, kind, metadata } = value;
  return (
    typeof apiVersion === 'string' &&
    typeof kind === 'string' &&
    isRecord(metadata) &&
    typeof metadata['name'] === 'string' &&
    isOptional(metadata, ['namespace', 'uid', 'resourceVersion'], 'string') &&
    isOptional(metadata, ['creationTimestamp', 'deletionTimestamp'], 'string') &&
    isOptional(metadata, ['generation'], 'number') &&
    isTextMap(metadata['labels']) &&
    isTextMap(metadata['annotations']) &&
    (metadata['ownerReferences'] === undefined || Array.isArray(metadata['ownerReferences']))
  );
}

/**
 * The object that the API sent, checked in shape. Items of lists lack their type: it is filled in.
 *
 * @returns undefined when it is no object of the Kubernetes API
 */
export function tryReadObject(value: unknown, type?: ResourceType): KubernetesObject | undefined {
  const typed = isRecord(value) && type !== undefined ? { ...type, ...value } : value;
  return isKubernetesObject(typed) ? typed : undefined;
}
