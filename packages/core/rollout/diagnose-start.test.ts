import { describe, expect, test } from '@jest/globals';
import {
  baseScene,
  event,
  playToEnd,
  pod,
  running,
  waiting,
  withPod,
  type PodScene,
  type Row,
  type Scene,
} from '@slipway/testing/rollout';
import type { KubernetesObject } from '../manifest/index.js';

const base = baseScene();
function pulling(message: string, reason = 'ImagePullBackOff'): PodScene {
  return { container: { state: waiting(reason, message) } };
}

function missingSecret(name: string): PodScene {
  const message = `secret "${name}" not found`;
  return { container: { state: waiting('CreateContainerConfigError', message) } };
}

/** What makes Secrets, in namespace shop and named vault. */
function maker(apiVersion: string, kind: string, spec: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'vault', namespace: 'shop' }, spec };
}

const who = 'container catalog of Deployment shop/catalog';
const Who = 'Container catalog of Deployment shop/catalog';

describe('images and starts: what cannot heal is told', () => {
  test.each<Row>([
    [
      'an image name that is none, at once',
      withPod(pulling('could not parse it', 'InvalidImageName')),
      2,
      'image-not-found candidate InvalidImageName',
      `Image r.io/catalog:2 of ${who} is no image reference`,
    ],
    [
      'an image that does not exist, at the second attempt',
      [
        ...withPod(pulling('r.io/catalog:2: not found', 'ErrImagePull')),
        [3, ...base, pod(pulling('Back-off … r.io/catalog:2: not found'))],
        [13, ...base, pod(pulling('r.io/catalog:2: not found', 'ErrImagePull'))],
      ],
      13,
      'image-not-found candidate ErrImagePull',
      `Image r.io/catalog:2 of ${who} does not exist in the registry`,
    ],
    [
      'an image without a variant for the node',
      withPod(
        pulling('no match for platform in manifest: not found'),
        event({
          about: 'catalog-1',
          reason: 'Failed',
          message: 'Failed to pull image "r.io/catalog:2": no match',
          count: 2,
          container: 'catalog',
        }),
      ),
      2,
      'image-not-found candidate ImagePullBackOff',
      `Image r.io/catalog:2 of ${who} has no variant for the platform of the node`,
    ],
    [
      'an image that may not be pulled, after 30 s',
      withPod(
        pulling(
          'Back-off pulling image "r.io/catalog:2": ErrImagePull: failed to pull and unpack image "r.io/catalog:2": failed to resolve reference "r.io/catalog:2": pull access denied, repository does not exist or may require authorization',
        ),
      ),
      32,
      'image-pull-denied platform ImagePullBackOff',
      `The registry does not give image r.io/catalog:2 of ${who}: pull access denied, repository does not exist or may require authorization`,
    ],
    [
      'a ConfigMap that does not exist, after 12 s',
      withPod({
        container: {
          state: waiting('CreateContainerConfigError', 'configmap "settings" not found'),
        },
      }),
      14,
      'config-missing candidate CreateContainerConfigError',
      `${Who} needs ConfigMap shop/settings, which does not exist`,
    ],
    [
      'a key that a Secret lacks',
      withPod({
        container: {
          state: waiting(
            'CreateContainerConfigError',
            "couldn't find key url in Secret shop/database",
          ),
        },
      }),
      14,
      'config-missing candidate CreateContainerConfigError',
      `${Who} needs the key url of Secret shop/database, which does not exist`,
    ],
    [
      'a user that the pod forbids',
      withPod({
        container: {
          state: waiting(
            'CreateContainerConfigError',
            `container has runAsNonRoot and image will run as root (pod: "catalog-1_shop(0a-1b)", container: catalog)`,
          ),
        },
      }),
      14,
      'container-cannot-start candidate CreateContainerConfigError',
      `${Who} cannot be started: container has runAsNonRoot and image will run as root`,
    ],
    [
      'a command that does not exist, at the second attempt',
      [
        ...withPod({ container: { state: waiting('RunContainerError', 'no such file') } }),
        [
          4,
          ...base,
          pod({
            container: {
              restarts: 1,
              state: waiting('CrashLoopBackOff', 'back-off'),
              last: {
                terminated: {
                  exitCode: 128,
                  reason: 'StartError',
                  message:
                    'failed to create task: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown',
                  startedAt: '1970-01-01T00:00:00Z',
                },
              },
            },
          }),
        ],
      ],
      4,
      'container-cannot-start candidate StartError 128',
      `${Who} cannot be started: exec: "/nope": stat /nope: no such file or directory`,
    ],
  ])('%s', (_name, scenes, at, kind, sentence) => {
    expect(playToEnd(scenes)).toEqual({ severity: 'terminal', at, kind, sentence });
  });
});

describe('images and starts: what may heal is waited for', () => {
  test.each<[string, readonly Scene[], string | undefined]>([
    [
      'a registry that is busy',
      withPod(pulling('429 Too Many Requests')),
      `Image r.io/catalog:2 of ${who} cannot be pulled: 429 Too Many Requests`,
    ],
    [
      'a registry that is away',
      withPod(
        pulling(
          'failed to resolve reference "r.io/catalog:2": failed to do request: Head "https://r.io/v2/": dial tcp: lookup r.io: no such host',
        ),
      ),
      `Image r.io/catalog:2 of ${who} cannot be pulled: Head "https://r.io/v2/": dial tcp: lookup r.io: no such host`,
    ],
    [
      'a registry that answers with an error, as containerd tells it',
      withPod(
        pulling(
          'rpc error: code = Unknown desc = failed to pull and unpack image "r.io/catalog:2": failed to resolve reference "r.io/catalog:2": pulling from host r.io failed with status code [manifests sha256:e58b]: 503 Service Unavailable',
        ),
      ),
      `Image r.io/catalog:2 of ${who} cannot be pulled: pulling from host r.io failed with status code: 503 Service Unavailable`,
    ],
    [
      'a registry that fails, for an image whose name sounds like a refusal',
      withPod({
        container: {
          state: waiting('ImagePullBackOff', 'r.io/not found/denied:1: unexpected status 503'),
          spec: { image: 'r.io/not found/denied:1' },
        },
      }),
      `Image r.io/not found/denied:1 of ${who} cannot be pulled: unexpected status 503`,
    ],
    [
      'an image that shows up late',
      [
        ...withPod(pulling('not found', 'ErrImagePull')),
        [12, ...base, pod({ phase: 'Running', container: { state: running(12) } })],
      ],
      `${Who} runs but is not ready`,
    ],
    [
      'an image that is being pulled',
      withPod({ container: { state: waiting('ContainerCreating') } }),
      undefined,
    ],
    [
      'an image that two pods miss at the same moment, and that shows up late',
      [
        [
          2,
          ...base,
          pod(pulling('not found', 'ErrImagePull')),
          pod({ name: 'catalog-2', ...pulling('not found', 'ErrImagePull') }),
        ],
        [9, ...base, pod({ phase: 'Running', container: { state: running(9) } })],
      ],
      `${Who} runs but is not ready`,
    ],
    [
      'a Secret that an ExternalSecret is about to make, by the name that it was given',
      withPod(
        missingSecret('catalog-db'),
        maker('external-secrets.io/v1', 'ExternalSecret', { target: { name: 'catalog-db' } }),
      ),
      `${Who} needs Secret shop/catalog-db, which ExternalSecret shop/vault has not made yet`,
    ],
    [
      'a Secret that an ExternalSecret cannot make for now, and why',
      withPod(missingSecret('vault'), {
        ...maker('external-secrets.io/v1beta1', 'ExternalSecret', {}),
        status: { conditions: [{ type: 'Ready', status: 'False', message: 'no such key' }] },
      }),
      `${Who} needs Secret shop/vault, which ExternalSecret shop/vault has not made yet: no such key`,
    ],
    [
      'a Secret that a SealedSecret is about to make',
      withPod(missingSecret('vault'), maker('bitnami.com/v1alpha1', 'SealedSecret', {})),
      `${Who} needs Secret shop/vault, which SealedSecret shop/vault has not made yet`,
    ],
    [
      'a Secret to mount that a Certificate is about to make',
      withPod(
        { container: { state: waiting('ContainerCreating') } },
        event({
          about: 'catalog-1',
          reason: 'FailedMount',
          message: 'MountVolume.SetUp failed for volume "tls" : secret "tls" not found',
        }),
        maker('cert-manager.io/v1', 'Certificate', { secretName: 'tls' }),
      ),
      'Pods of Deployment shop/catalog need Secret shop/tls, which Certificate shop/vault has not made yet',
    ],
    [
      'a cache that is not in sync',
      withPod({
        container: {
          state: waiting(
            'CreateContainerConfigError',
            'failed to sync configmap cache: timed out waiting for the condition',
          ),
        },
      }),
      `${Who} cannot be started: failed to sync configmap cache: timed out waiting for the condition`,
    ],
  ])('%s', (_name, scenes, sentence) => {
    const { severity, at, sentence: told } = playToEnd(scenes);

    expect({ at, sentence: told }).toEqual({ at: 120, sentence });
    expect(severity).not.toBe('terminal');
  });
});
