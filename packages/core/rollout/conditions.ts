import { recordsAt, textAt, type JsonRecord, type KubernetesObject } from '../manifest/index.js';

/** The condition of a type: `{ type, status, reason, message }`. */
export function conditionOf(object: KubernetesObject, type: string): JsonRecord | undefined {
  return recordsAt(object, 'status', 'conditions').find((each) => each['type'] === type);
}

export function hasCondition(object: KubernetesObject, type: string): boolean {
  return conditionOf(object, type)?.['status'] === 'True';
}

/** What the controller says about a condition. */
export function conditionMessage(object: KubernetesObject, type: string): string | undefined {
  return textAt(conditionOf(object, type), 'message');
}
