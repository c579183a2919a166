import { isRecord, recordAt, textAt, type JsonRecord } from './fields.js';
import { identify, type KubernetesObject, type ObjectIdentity } from './kubernetes-object.js';

/** What may be known of a Secret: everything but its values. */
export interface SecretOutline {
  readonly name: string;
  readonly namespace?: string;
  /** `Opaque` where it does not say. */
  readonly type: string;
  /** Sorted. */
  readonly keys: readonly string[];
}

/** Whether a value, an object or a patch of one, is a Secret of Kubernetes itself. */
export function isSecret(value: unknown): boolean {
  return textAt(value, 'kind') === 'Secret' && (textAt(value, 'apiVersion') ?? 'v1') === 'v1';
}

/** @example outlineSecret(secret) // { name: 'database', namespace: 'shop', type: 'Opaque', keys: ['password'] } */
export function outlineSecret(secret: KubernetesObject): SecretOutline {
  const { name, namespace } = identify(secret);
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    type: textAt(secret, 'type') ?? 'Opaque',
    keys: listSecretKeys(secret),
  };
}

function listSecretKeys(secret: unknown): readonly string[] {
  const keys = ['data', 'stringData'].flatMap((field) =>
    Object.keys(recordAt(secret, field) ?? {}),
  );
  return [...new Set(keys)].toSorted();
}

export function identifySecret({ name, namespace }: SecretOutline): ObjectIdentity {
  const place = namespace === undefined ? {} : { namespace };
  return { apiVersion: 'v1', kind: 'Secret', name, ...place };
}

/** Every value of a Secret as it is written: base64 in `data`, plain in `stringData`. */
export function listSecretValues(secret: unknown): {
  readonly encoded: readonly string[];
  readonly plain: readonly string[];
} {
  const texts = (field: string): readonly string[] =>
    Object.values(recordAt(secret, field) ?? {})
      .filter((value) => value !== null)
      .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return { encoded: texts('data'), plain: texts('stringData') };
}

/** A Secret, or a patch of one, as it may go into a bundle: with its keys, and without its values. */
export function blankSecret(secret: unknown): unknown {
  if (!isRecord(secret)) return secret;
  const { apiVersion, kind, type } = secret;
  const stringData: JsonRecord = Object.fromEntries(listSecretKeys(secret).map((key) => [key, '']));
  const { name, namespace } = recordAt(secret, 'metadata') ?? {};
  const metadata = Object.fromEntries(
    Object.entries({ name, namespace }).filter(([, value]) => value !== undefined),
  );
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    kind,
    metadata,
    ...(type === undefined ? {} : { type }),
    ...(Object.keys(stringData).length === 0 ? {} : { stringData }),
  };
}
