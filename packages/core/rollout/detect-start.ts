import { signalOf, type Signal } from './finding.js';
import { describeMissing, missingClass, readMissingObject } from './missing-object.js';
import { describeContainer, whereOf, type ContainerSubject } from './subject.js';
import { capitalize, shorten } from './text.js';

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

function detectConfig(subject: ContainerSubject, message: string): Signal {
  const who = capitalize(describeContainer(subject));
  const reason = 'CreateContainerConfigError';
  const isPassing = /failed to sync|cache|timed out/i.test(message);
  const missing = readMissingObject(message, subject.pod.metadata.namespace ?? 'default');
  if (isPassing || missing === undefined) {
    const name = isPassing ? 'config-unread' : 'config-wrong';
    return signalOf(name, `${who}: ${name}`, {
      fault: isPassing ? 'platform' : 'candidate',
      sentence: `${who} cannot be started: ${shorten(message.replace(/ \(pod: "[^"]*", container: [^)]*\)$/, ''))}`,
      fix: 'Correct what the message names: securityContext, the image’s USER, or the configuration.',
      reason,
      ...whereOf(subject),
    });
  }
  const { isMade, sentence, fix } = describeMissing(`${who} needs`, missing, subject.makers);
  return signalOf(missingClass(isMade, 'config-missing'), `${who}: config-missing`, {
    fault: 'candidate',
    sentence,
    fix,
    reason,
    ...whereOf(subject),
  });
}

function cannotStart(subject: ContainerSubject, reason: string, message: string): Signal {
  const { last, state, restartCount } = subject.container;
  const who = capitalize(describeContainer(subject));
  const exitCode = state.kind === 'terminated' ? state.end.exitCode : last?.exitCode;
  const cause = shorten(message.replace(/^.*unable to start container process: /, '')).replace(
    /: unknown$/,
    '',
  );
  return signalOf(
    'start-refused',
    `${who}: container-cannot-start`,
    {
      fault: 'candidate',
      reason,
      sentence: `${who} cannot be started: ${cause}`,
      fix: 'Correct command and args of the container, or the image’s entrypoint.',
      ...whereOf(subject),
      ...(exitCode === undefined ? {} : { exitCode }),
    },
    restartCount - subject.mark.forgiven + (state.kind === 'running' ? 0 : 1),
  );
}
