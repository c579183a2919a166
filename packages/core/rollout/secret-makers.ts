import { formatIdentity, identify, textAt, type KubernetesObject } from '../manifest/index.js';
import { conditionMessage, conditionOf } from './conditions.js';

interface MakerKind {
  readonly apiVersions: readonly string[];
  readonly kind: string;
  /** The name of the Secret that it makes. */
  readonly target: (maker: KubernetesObject) => string | undefined;
}

const makerKinds: readonly MakerKind[] = [
  {
    apiVersions: ['external-secrets.io/v1', 'external-secrets.io/v1beta1'],
    kind: 'ExternalSecret',
    target: (maker) => textAt(maker, 'spec', 'target', 'name') ?? maker.metadata.name,
  },
  {
    apiVersions: ['bitnami.com/v1alpha1'],
    kind: 'SealedSecret',
    target: (maker) => textAt(maker, 'spec', 'template', 'metadata', 'name') ?? maker.metadata.name,
  },
  {
    apiVersions: ['cert-manager.io/v1'],
    kind: 'Certificate',
    target: (maker) => textAt(maker, 'spec', 'secretName'),
  },
];

/** The kinds whose controllers make Secrets. */
export const secretMakerTypes: readonly { readonly apiVersion: string; readonly kind: string }[] =
  makerKinds.flatMap(({ apiVersions, kind }) =>
    apiVersions.map((apiVersion) => ({ apiVersion, kind })),
  );

/** Who makes which Secret, by `Secret shop/db`. */
export type SecretMakers = ReadonlyMap<string, KubernetesObject>;

export function findSecretMakers(objects: readonly KubernetesObject[]): SecretMakers {
  const found = objects.flatMap((object): [string, KubernetesObject][] => {
    const maker = makerKinds.find(
      ({ kind, apiVersions }) => kind === object.kind && apiVersions.includes(object.apiVersion),
    );
    const name = maker?.target(object);
    const { namespace = 'default' } = object.metadata;
    return name === undefined ? [] : [[`Secret ${namespace}/${name}`, object]];
  });
  return new Map(found);
}

/** @example describeMaker(externalSecret) // 'which ExternalSecret shop/db has not made yet: no such key in the vault' */
export function describeMaker(maker: KubernetesObject): string {
  const isUnready = conditionOf(maker, 'Ready')?.['status'] === 'False';
  const why = isUnready ? conditionMessage(maker, 'Ready') : undefined;
  const yet = `which ${formatIdentity(identify(maker))} has not made yet`;
  return why === undefined ? yet : `${yet}: ${why}`;
}
