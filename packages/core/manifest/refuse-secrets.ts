import { SlipwayError } from '../errors/index.js';
import { formatIdentity, identify, type KubernetesObject } from './kubernetes-object.js';

/**
 * A bundle is read by many: it must not hold a Secret. Only names are told.
 *
 * @throws SlipwayError `secret-refused`
 */
export function refuseSecrets(objects: readonly KubernetesObject[]): void {
  const names = objects
    .filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Secret')
    .map((object) => formatIdentity(identify(object)));
  if (names.length === 0) return;
  throw new SlipwayError('secret-refused', `the manifests hold values of ${names.join(', ')}`, {
    fix: 'Take it out of the manifests: use an ExternalSecret or a SealedSecret, or create it in the cluster by hand.',
  });
}
