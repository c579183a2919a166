import { describeMaker, type SecretMakers } from './secret-makers.js';
import type { SignalName } from './signal-classes.js';
import { shorten } from './text.js';

/** What a message says is missing. */
export interface MissingObject {
  /** `ConfigMap shop/web`, `the key url of Secret shop/db` */
  readonly what: string;
  /** `Secret shop/db`; undefined where the message does not say. */
  readonly object: string | undefined;
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['configmap', 'ConfigMap'],
  ['secret', 'Secret'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
]);

/**
 * @example readMissingObject('secret "db" not found', 'shop') // { what: 'Secret shop/db', object: 'Secret shop/db' }
 */
export function readMissingObject(message: string, namespace: string): MissingObject | undefined {
  const key =
    /(?:couldn't find key|references non-existent (?:secret|config) key:?) (?<key>[^\s:]+)(?: in (?<kind>ConfigMap|Secret) (?<name>\S+))?/i.exec(
      message,
    )?.groups;
  if (key !== undefined) {
    const object = key['kind'] === undefined ? undefined : `${key['kind']} ${key['name'] ?? ''}`;
    return { what: `the key ${key['key'] ?? ''} of ${object ?? 'its volume'}`, object };
  }
  const found =
    /(?<kind>configmap|secret|persistentvolumeclaim)s? "(?<name>[^"]+)" not found/i.exec(
      message,
    )?.groups;
  if (found === undefined) return undefined;
  const name = (found['name'] ?? '').replace(/^.*\//, '');
  const kind = kinds.get(found['kind']?.toLowerCase() ?? '') ?? 'object';
  const object = `${kind} ${namespace}/${name}`;
  return { what: object, object };
}

/** What is said of something that is missing: whether somebody is about to make it decides how long it may be. */
export function describeMissing(
  who: string,
  { what, object }: MissingObject,
  makers: SecretMakers,
): { readonly isMade: boolean; readonly sentence: string; readonly fix: string } {
  const maker = object === undefined ? undefined : makers.get(object);
  if (maker === undefined) {
    return {
      isMade: false,
      sentence: `${who} ${what}, which does not exist`,
      fix: 'Create it before the deployment, add it to the manifests, or correct its name.',
    };
  }
  return {
    isMade: true,
    sentence: `${who} ${what}, ${shorten(describeMaker(maker))}`,
    fix: `Find out why ${maker.kind} ${maker.metadata.name} is not ready: its controller makes the Secret.`,
  };
}

/** The class of a missing object: what is about to be made is waited for. */
export function missingClass(isMade: boolean, name: SignalName): SignalName {
  return isMade ? 'config-made' : name;
}
