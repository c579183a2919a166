import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findSecrets, type Finding, type HiddenText } from './find-secrets.js';

/** What was looked into: a search that saw nothing has proven nothing. */
export interface SearchCount {
  readonly findings: readonly Finding[];
  /** Files, blobs and manifests. */
  readonly searched: number;
  readonly bytes: number;
}

/**
 * Looks into every file below a folder, and into the names of all.
 *
 * @param place what the folder is, for people
 * @param isLeftOut paths relative to the folder that are not looked into, with all below them
 */
export function searchFolder(
  place: string,
  folder: string,
  secrets: readonly HiddenText[],
  isLeftOut: (path: string) => boolean = () => false,
): SearchCount {
  const findings: Finding[] = [];
  let [searched, bytes] = [0, 0];
  for (const path of listFiles(folder, '', isLeftOut)) {
    const inName = findSecrets(`a file name in ${place}`, path, secrets);
    findings.push(...inName);
    const content = tryRead(join(folder, path));
    if (content === undefined) continue;
    searched += 1;
    bytes += content.length;
    const shown = inName.length === 0 ? path : 'a file with such a name';
    findings.push(...findSecrets(`${place}: ${shown}`, content, secrets));
  }
  return { findings, searched, bytes };
}

/**
 * Looks into every manifest and blob of repositories.
 *
 * @param registry `http://127.0.0.1:5000`
 * @param repositories default: all that the registry tells of
 * @param authorization the header, where the registry asks for one
 * @throws Error when the registry does not answer
 */
export async function searchRegistry(
  registry: string,
  secrets: readonly HiddenText[],
  options: { readonly repositories?: readonly string[]; readonly authorization?: string } = {},
): Promise<SearchCount> {
  const { authorization } = options;
  const headers = {
    accept: manifestTypes,
    ...(authorization === undefined ? {} : { authorization }),
  };
  const fetchBytes = async (path: string): Promise<Buffer> => {
    const answer = await fetch(`${registry}/v2/${path}`, { headers });
    if (!answer.ok) throw new Error(`${registry} answers to ${path} with ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const seen = new Set<string>();
  const findings: Finding[] = [];
  let bytes = 0;
  const look = async (place: string, path: string, key: string): Promise<Buffer | undefined> => {
    if (seen.has(key)) return undefined;
    seen.add(key);
    const content = await fetchBytes(path);
    bytes += content.length;
    findings.push(...findSecrets(place, content, secrets));
    return content;
  };
  const named =
    options.repositories ?? listTexts(await fetchBytes('_catalog?n=1000'), 'repositories');
  for (const repository of named) {
    const tags = listTexts(await fetchBytes(`${repository}/tags/list?n=1000`), 'tags');
    findings.push(...findSecrets(`the tags of ${repository}`, tags.join('\n'), secrets));
    const manifests = [...tags];
    for (const name of manifests) {
      const place = `${repository}:${name}`;
      const manifest = await look(place, `${repository}/manifests/${name}`, place);
      if (manifest === undefined) continue;
      const parts = listParts(manifest);
      manifests.push(...parts.manifests);
      for (const blob of parts.blobs) {
        await look(`${place}, blob ${blob}`, `${repository}/blobs/${blob}`, blob);
      }
    }
  }
  return { findings, searched: seen.size, bytes };
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

function* listFiles(
  folder: string,
  below: string,
  isLeftOut: (path: string) => boolean,
): Iterable<string> {
  for (const entry of tryList(join(folder, below))) {
    const path = join(below, entry.name);
    if (isLeftOut(path)) continue;
    if (entry.isDirectory()) yield* listFiles(folder, path, isLeftOut);
    else if (entry.isFile()) yield path;
  }
}

/** What is gone meanwhile was not left. */
function tryList(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

const maxFileBytes = 1024 * 1024 * 1024;

function tryRead(file: string): Buffer | undefined {
  try {
    return statSync(file).size > maxFileBytes ? undefined : readFileSync(file);
  } catch {
    return undefined;
  }
}

function listTexts(json: Buffer, field: string): readonly string[] {
  return listAt(parse(json), field).filter((text) => typeof text === 'string');
}

function listParts(manifest: Buffer): {
  readonly manifests: readonly string[];
  readonly blobs: readonly string[];
} {
  const content = parse(manifest);
  const blobs = [fieldAt(content, 'config'), ...listAt(content, 'layers')];
  return { manifests: listDigests(listAt(content, 'manifests')), blobs: listDigests(blobs) };
}

function listDigests(descriptors: readonly unknown[]): readonly string[] {
  return descriptors
    .map((descriptor) => fieldAt(descriptor, 'digest'))
    .filter((digest) => typeof digest === 'string');
}

function listAt(value: unknown, field: string): readonly unknown[] {
  const list = fieldAt(value, field);
  return Array.isArray(list) ? list : [];
}

function fieldAt(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

function parse(json: Buffer): unknown {
  return JSON.parse(json.toString());
}
