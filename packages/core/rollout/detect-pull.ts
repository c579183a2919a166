import { signalOf, type Signal } from './finding.js';
import type { SignalName } from './signal-classes.js';
import { describeContainer, whereOf, type ContainerSubject } from './subject.js';
import { shorten } from './text.js';

const pullReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

const passing =
  /\b429\b|too ?many ?requests|timeout|timed out|deadline exceeded|i\/o|\bTLS\b|x509|connection (?:refused|reset)|no route to host|unexpected EOF|\b5\d\d\b|no such host|server misbehaving|temporar/i;
const denied =
  /unauthorized|denied|forbidden|authentication required|authorization failed|no basic auth|\b40[13]\b/i;
const wrongPlatform = /no match for platform|no matching manifest/i;
const missing = /not found|manifest unknown|name unknown|repository does not exist|\b404\b/i;

/** An image that does not come, told apart by what can still become of it. */
export function detectPull(subject: ContainerSubject): Signal | undefined {
  const { state, image } = subject.container;
  if (state.kind !== 'waiting') return undefined;
  const { reason, message } = state;
  const who = describeContainer(subject);
  if (reason === 'InvalidImageName') {
    const sentence = `Image ${image} of ${who} is no image reference`;
    const fix = 'Correct the image in the manifests: repository@sha256:…, in lower case.';
    return pull(subject, 'image-name', { reason, sentence, fix });
  }
  if (reason === 'ErrImageNeverPull') {
    const sentence = `Image ${image} of ${who} is not on the node, and imagePullPolicy is Never`;
    const fix = 'Set imagePullPolicy to IfNotPresent.';
    return pull(subject, 'image-name', { reason, sentence, fix });
  }
  return pullReasons.has(reason) ? detectFailedPull(subject, reason, message) : undefined;
}

function detectFailedPull(subject: ContainerSubject, reason: string, message: string): Signal {
  const { image } = subject.container;
  const who = describeContainer(subject);
  const told = withoutImage(message || findPullMessage(subject), image);
  const cause = shortenCause(told);
  if (passing.test(told)) return failedForNow(subject, reason, cause);
  if (denied.test(told)) {
    const sentence = `The registry does not give image ${image} of ${who}: ${cause}`;
    const fix =
      'Give the namespace a pull secret that may read it (imagePullSecrets), or check that the image exists: many registries answer the same to both.';
    return pull(subject, 'image-denied', { reason, sentence, fix });
  }
  if (wrongPlatform.test(told)) {
    const sentence = `Image ${image} of ${who} has no variant for the platform of the node`;
    const fix = 'Build the image for the platforms of the nodes.';
    return pull(subject, 'image-missing', { reason, sentence, fix });
  }
  if (missing.test(told)) {
    const sentence = `Image ${image} of ${who} does not exist in the registry`;
    const fix = 'Push the image before it is deployed, or correct its name.';
    return pull(subject, 'image-missing', { reason, sentence, fix });
  }
  return failedForNow(subject, reason, cause);
}

function failedForNow(subject: ContainerSubject, reason: string, cause: string): Signal {
  const who = describeContainer(subject);
  const why = cause === '' ? '' : `: ${cause}`;
  return pull(subject, 'image-failing', {
    reason,
    sentence: `Image ${subject.container.image} of ${who} cannot be pulled${why}`,
    fix: 'Check that the nodes reach the registry and that it is well; the kubelet goes on trying.',
  });
}

type About = Pick<Signal['finding'], 'reason' | 'sentence' | 'fix'>;

function pull(subject: ContainerSubject, name: SignalName, about: About): Signal {
  const isOfCandidate = name === 'image-name' || name === 'image-missing';
  const told = subject.events.find(
    ({ reason, message, about: { fieldPath } }) =>
      reason === 'Failed' &&
      message.startsWith('Failed to pull image') &&
      fieldPath.endsWith(`{${subject.container.name}}`),
  );
  return signalOf(
    name,
    `${describeContainer(subject)}: ${name} ${subject.container.image}`,
    { fault: isOfCandidate ? 'candidate' : 'platform', ...about, ...whereOf(subject) },
    Math.max(subject.mark.pullAttempts, told?.count ?? 0),
  );
}

/** Before Kubernetes 1.32 a back-off does not say why: the event of the attempt does. */
function findPullMessage({ events }: ContainerSubject): string {
  return events.find(({ message }) => message.startsWith('Failed to pull image'))?.message ?? '';
}

/** A name such as `connection-denied` must not decide what an error means. */
function withoutImage(message: string, image: string): string {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return [image, repository].reduce((text, name) => text.replaceAll(name, 'it'), message);
}

/** The innermost of the errors that containerd strings together. */
function shortenCause(message: string): string {
  const parts = message.split(
    /: (?=failed to |Head |Get |pull access|pulling from host|unexpected status)/,
  );
  const cause = (parts.at(-1) ?? message).replace(/^failed to do request: /, '');
  return shorten(cause.replace(/ \[manifests [^\]]*\](?=:)/, ''), 200);
}
