import { parseReference } from '@slipway/core/image-ref';

/** Who keeps images on this machine: the daemon of docker, or the storage that podman and buildah share. */
export const imageStores = ['docker-daemon', 'containers-storage'] as const;
export type ImageStore = (typeof imageStores)[number];

/** An image that an engine keeps. */
export interface StoredImage {
  readonly store: ImageStore;
  /** With a tag or a digest, or an ID: `orders:1.4.0`, `sha256:e3b0…` */
  readonly reference: string;
}

/** A program that writes the images of a store into archives. */
export type SavingProgram = 'docker' | 'podman' | 'buildah';

const idPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * A reference as engines take it. Without a tag it means `latest`: docker would save all tags of the name.
 *
 * @example parseStoredReference('orders') // 'orders:latest'
 * @throws SlipwayError `invalid-input`
 */
export function parseStoredReference(text: string, subject: string): string {
  if (idPattern.test(text)) return text;
  const { tag, digest } = parseReference(text, subject);
  return tag === undefined && digest === undefined ? `${text}:latest` : text;
}

/** `docker-daemon:orders:1.4.0` */
export function formatStoredImage({ store, reference }: StoredImage): string {
  return `${store}:${reference}`;
}

/**
 * How a program writes an image into a file. Only `manifest push` writes a whole list of podman and buildah:
 * their other commands take one platform of it without a word.
 *
 * @example formatSave('docker', 'orders:1', '/tmp/a.tar', false) // ['docker', 'save', '--output', '/tmp/a.tar', 'orders:1']
 */
export function formatSave(
  program: SavingProgram,
  reference: string,
  file: string,
  isList: boolean,
): readonly [string, ...string[]] {
  if (program === 'docker') return ['docker', 'save', '--output', file, reference];
  const archive = `oci-archive:${file}`;
  if (isList) return [program, 'manifest', 'push', '--all', reference, archive];
  if (program === 'buildah') return ['buildah', 'push', reference, archive];
  return ['podman', 'save', '--format', 'oci-archive', '--output', file, reference];
}
