import type { Problem } from '@slipway/core/errors';
import { tryReadFile, isSameName, listNames, type FileStore } from '../layout/index.js';
import { maxManifestBytes } from '../protocol/index.js';
import { readProperty, readText, tryParseJson } from '../transport/index.js';

/** An image in an archive of docker save, as `manifest.json` lists it (Docker image specification 1.2). */
export interface DockerImage {
  /** The path of its config. */
  readonly config: string;
  /** The paths of its layers, the lowest first. */
  readonly layers: readonly string[];
  /** `orders:1.4.0` */
  readonly names: readonly string[];
}

const fix = 'Save the image again with docker save, and pass the archive on whole.';

/**
 * The one image that is meant: by one of its names or its ID, or as the only one.
 *
 * @returns the problem when it is none, or several, or the list cannot be read
 */
export async function chooseDockerImage(
  store: FileStore,
  wanted: string | undefined,
): Promise<DockerImage | Problem> {
  const subject = store.describe('manifest.json');
  const bytes = await tryReadFile(store, 'manifest.json', maxManifestBytes);
  const json = tryParseJson(bytes?.toString('utf8') ?? '');
  const images = Array.isArray(json) ? json.map(tryReadImage) : [];
  const whole = images.filter((image) => image !== undefined);
  if (whole.length === 0 || whole.length !== images.length) {
    return { subject, expected: 'a list of images, each with its config and layers', fix };
  }
  const matching = whole.filter((image) => wanted === undefined || isNamed(image, wanted));
  const chosen = new Map(matching.map((image) => [image.config, image]));
  const [only, ...others] = chosen.values();
  if (only !== undefined && others.length === 0) return only;
  return {
    subject,
    given: listNames(whole.flatMap(namesOf)),
    expected: wanted === undefined ? 'exactly one image' : `exactly one image named ${wanted}`,
    fix: `Add the name of the one that is meant to source: ${store.name}:<name>.`,
  };
}

/** The digits of a digest that the path of a config says: `<id>.json`, `blobs/sha256/<id>`. */
export function tryReadId({ config }: Pick<DockerImage, 'config'>): string | undefined {
  return /(?:^|\/)(?<id>[0-9a-f]{64})(?:\.json)?$/.exec(config)?.groups?.['id'];
}

function isNamed(image: DockerImage, wanted: string): boolean {
  return wanted === idOf(image) || image.names.some((name) => isSameName(wanted, name));
}

function namesOf(image: DockerImage): readonly string[] {
  return image.names.length === 0 ? [idOf(image)] : image.names;
}

function idOf(image: DockerImage): string {
  const id = tryReadId(image);
  return id === undefined ? image.config : `sha256:${id}`;
}

function tryReadImage(json: unknown): DockerImage | undefined {
  const config = readText(json, 'Config');
  const layers = readTexts(readProperty(json, 'Layers'));
  const names = readTexts(readProperty(json, 'RepoTags') ?? []);
  if (config === undefined || layers === undefined || names === undefined) return undefined;
  return { config, layers, names };
}

function readTexts(json: unknown): readonly string[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const texts = json.filter((item) => typeof item === 'string');
  return texts.length === json.length ? texts : undefined;
}
