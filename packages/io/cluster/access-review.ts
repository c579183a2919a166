import { recordAt } from '@slipway/core/manifest';
import type { ApiClient } from './api-client.js';
import type { AccessRule, Right } from './cluster.js';
import type { Discovery } from './discovery.js';
import { tryParseRecord } from './json.js';
import { describeRefusal } from './refusal.js';

const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/**
 * Asks whether these credentials have a right.
 *
 * @returns the rule that is missing; undefined when the right is there, or the API does not know the kind
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function findMissingRule(
  client: ApiClient,
  discovery: Discovery,
  { verb, type, namespace, subresource }: Right,
): Promise<AccessRule | undefined> {
  const served = await discovery.find(type);
  if (served === undefined) return undefined;
  const [group = ''] = type.apiVersion.includes('/') ? type.apiVersion.split('/') : [];
  const { resource } = served;
  const place = served.isNamespaced && namespace !== undefined ? { namespace } : {};
  const part = subresource === undefined ? {} : { subresource };
  const operation = { verb: 'create', subject: 'SelfSubjectAccessReview' } as const;
  const response = await client.send({
    method: 'POST',
    path,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { group, resource, verb, ...place, ...part } },
    },
    operation,
  });
  if (response.status >= 400) throw describeRefusal(client.name, operation, response);
  if (recordAt(tryParseRecord(response.body), 'status')?.['allowed'] === true) return undefined;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { group, resource: whole, verb, namespace: place.namespace };
}
