import { seconds, type Signal } from './finding.js';
import {
  capitalize,
  describeContainer,
  shorten,
  whereOf,
  type ContainerSubject,
} from './subject.js';

/** A container that cannot be made or started: what it needs is not there, or its command is not. */
export function detectStart(subject: ContainerSubject): Signal | undefined {
  const { state, last } = subject.container;
  if (state.kind === 'waiting') {
    const { reason, message } = state;
    if (reason === 'CreateContainerConfigError') return detectConfig(subject, message);
    if (['CreateContainerError', 'RunContainerError', 'StartError'].includes(reason)) {
      return cannotStart(subject, reason, message);
    }
  }
  const end = state.kind === 'terminated' ? state.end : state.kind === 'waiting' ? last : undefined;
  if (end?.reason === 'StartError' || end?.reason === 'ContainerCannotRun') {
    return cannotStart(subject, end.reason, end.message);
  }
  return undefined;
}

/** What a message says is missing: `ConfigMap shop/web`, `the key url of Secret shop/db`. */
export function readMissingObject(message: string, namespace: string): string | undefined {
  const key =
    /(?:couldn't find key|references non-existent (?:secret|config) key:?) (?<key>[^\s:]+)(?: in (?<kind>ConfigMap|Secret) (?<name>\S+))?/i.exec(
      message,
    )?.groups;
  if (key !== undefined) {
    const owner = key['kind'] === undefined ? 'its volume' : `${key['kind']} ${key['name'] ?? ''}`;
    return `the key ${key['key'] ?? ''} of ${owner}`;
  }
  const object =
    /(?<kind>configmap|secret|persistentvolumeclaim)s? "(?<name>[^"]+)" not found/i.exec(
      message,
    )?.groups;
  if (object === undefined) return undefined;
  const kinds = new Map([
    ['configmap', 'ConfigMap'],
    ['secret', 'Secret'],
    ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ]);
  const name = (object['name'] ?? '').replace(/^.*\//, '');
  return `${kinds.get(object['kind']?.toLowerCase() ?? '') ?? 'object'} ${namespace}/${name}`;
}

export const missingObjectFix =
  'Create it before the deployment, add it to the manifests, or correct its name.';

function detectConfig(subject: ContainerSubject, message: string): Signal {
  const who = capitalize(describeContainer(subject));
  const reason = 'CreateContainerConfigError';
  const isPassing = /failed to sync|cache|timed out/i.test(message);
  const missing = readMissingObject(message, subject.pod.metadata.namespace ?? 'default');
  const about =
    isPassing || missing === undefined
      ? ({
          code: 'container-cannot-start',
          fault: isPassing ? 'platform' : 'candidate',
          sentence: `${who} cannot be started: ${shorten(message)}`,
          fix: 'Correct what the message names: securityContext, the image’s USER, or the configuration.',
        } as const)
      : ({
          code: 'config-missing',
          fault: 'candidate',
          sentence: `${who} needs ${missing}, which does not exist`,
          fix: missingObjectFix,
        } as const);
  return {
    key: `${who}: ${about.code}`,
    finding: { ...about, reason, ...whereOf(subject) },
    patience: isPassing ? {} : { afterMs: 12 * seconds },
  };
}

function cannotStart(subject: ContainerSubject, reason: string, message: string): Signal {
  const { last, state, restartCount } = subject.container;
  const who = capitalize(describeContainer(subject));
  const exitCode = state.kind === 'terminated' ? state.end.exitCode : last?.exitCode;
  const cause = shorten(message.replace(/^.*unable to start container process: /, '')).replace(
    /: unknown$/,
    '',
  );
  return {
    key: `${who}: container-cannot-start`,
    finding: {
      code: 'container-cannot-start',
      fault: 'candidate',
      reason,
      sentence: `${who} cannot be started: ${cause}`,
      fix: 'Correct command and args of the container, or the image’s entrypoint.',
      ...whereOf(subject),
      ...(exitCode === undefined ? {} : { exitCode }),
    },
    patience: { attempts: 2, afterMs: 15 * seconds },
    attempts: restartCount - subject.mark.forgiven + (state.kind === 'running' ? 0 : 1),
  };
}
