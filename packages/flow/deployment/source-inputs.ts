import type { DeploySettings } from '@slipway/core/config';
import type { InputReader } from '../runtime/index.js';
import type { RenderRequest } from './render-bundle.js';

const asText = (text: string): string => text;

/**
 * What is rendered: the inputs `manifests` and `kustomization`. They win over the configuration as a whole; one
 * of the two kinds must remain.
 */
export function readRenderSource(
  read: InputReader,
  environment: string,
  deploy: DeploySettings | undefined,
): RenderRequest['source'] {
  const given = read.list('manifests', asText);
  const givenFolder = read.optional('kustomization', asText);
  const isGiven = given.length > 0 || givenFolder !== undefined;
  const paths = isGiven ? given : (deploy?.manifests ?? []);
  const folder = isGiven ? givenFolder : deploy?.kustomization;
  if (paths.length > 0 === (folder !== undefined)) {
    read.refuse({
      subject: 'manifests',
      expected: 'either manifests or kustomization',
      fix: 'Set exactly one of the two, here or under deploy in the configuration.',
    });
  }
  return folder === undefined
    ? { kind: 'manifests', paths }
    : { kind: 'kustomization', folder: folder.replaceAll('{environment}', environment) };
}
