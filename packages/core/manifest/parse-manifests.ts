import { SlipwayError, describeError, type Problem } from '../errors/index.js';
import { isRecord, textAt, type JsonRecord } from './fields.js';
import { formatIdentity, identify, type KubernetesObject } from './kubernetes-object.js';
import { loadManifestYaml } from './kubernetes-yaml.js';

/**
 * The objects of a YAML text with any number of documents, read as Kubernetes reads it. A `List` is replaced
 * by its items; empty documents are passed over.
 *
 * @param file how the user calls the text; it begins every problem
 * @example parseManifests('apiVersion: v1\nkind: Service\nmetadata: { name: web }', 'deploy/web.yaml')
 * @throws SlipwayError `render-failed` with every problem: no YAML, what an object lacks, the same object twice
 */
export function parseManifests(text: string, file: string): readonly KubernetesObject[] {
  const { objects, problems } = readManifests(text, file);
  refuseProblems([...problems, ...findDuplicates(objects, file)]);
  return objects;
}

/** What `parseManifests` answers, with the problems as a value, so that those of many files can be told at once. */
export function readManifests(
  text: string,
  file: string,
): { readonly objects: readonly KubernetesObject[]; readonly problems: readonly Problem[] } {
  let documents: readonly unknown[];
  try {
    documents = loadManifestYaml(text);
  } catch (error) {
    const [sentence = ''] = describeError(error).split('\n');
    return { objects: [], problems: [{ subject: file, given: sentence, expected: 'YAML' }] };
  }
  const objects: KubernetesObject[] = [];
  const problems: Problem[] = [];
  for (const [index, document] of documents.entries()) {
    const where = documents.length === 1 ? file : `${file}: document ${index + 1}`;
    for (const { value, subject } of flattenList(document, where)) {
      const found = findProblems(value, subject);
      problems.push(...found);
      if (found.length === 0 && isKubernetesObject(value)) objects.push(value);
    }
  }
  return { objects, problems };
}

interface Found {
  readonly value: unknown;
  readonly subject: string;
}

/** Items of a typed list (`ConfigMapList`) need not repeat their kind, as in answers of the API. */
function flattenList(document: unknown, subject: string): readonly Found[] {
  if (document === null || document === undefined) return [];
  const kind = textAt(document, 'kind');
  if (kind?.endsWith('List') !== true || !isRecord(document) || !Array.isArray(document['items'])) {
    return [{ value: document, subject }];
  }
  const itemKind = kind.slice(0, -'List'.length);
  const type = itemKind === '' ? {} : { apiVersion: document['apiVersion'], kind: itemKind };
  return document['items'].map((item: unknown, index) => ({
    value: isRecord(item) ? { ...type, ...item } : item,
    subject: `${subject}, item ${index + 1}`,
  }));
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  return findProblems(value, '').length === 0;
}

function findProblems(value: unknown, where: string): readonly Problem[] {
  if (!isRecord(value)) {
    return [{ subject: where, given: show(value), expected: 'an object with apiVersion and kind' }];
  }
  const name = textAt(value, 'metadata', 'name');
  const title = [textAt(value, 'kind'), name].filter((part) => part !== undefined).join(' ');
  const subject = title === '' ? where : `${where} (${title})`;
  const problems: Problem[] = [];
  for (const key of ['apiVersion', 'kind']) {
    if (textAt(value, key) === undefined) {
      problems.push({ subject, ...given(value[key]), expected: `a text as ${key}` });
    }
  }
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  if (metadata['generateName'] !== undefined) {
    problems.push({
      subject,
      given: `generateName: ${show(metadata['generateName'])}`,
      expected: 'metadata.name',
      fix: 'Give the object a name: what is applied twice must be the same object.',
    });
  } else if (name === undefined) {
    problems.push({ subject, ...given(metadata['name']), expected: 'a text as metadata.name' });
  }
  return [...problems, ...findMetadataProblems(metadata, subject), ...findNumbers(value, subject)];
}

function findMetadataProblems(metadata: JsonRecord, subject: string): readonly Problem[] {
  const problems: Problem[] = [];
  const { namespace } = metadata;
  if (namespace !== undefined && (typeof namespace !== 'string' || namespace === '')) {
    problems.push({ subject, given: show(namespace), expected: 'a text as metadata.namespace' });
  }
  for (const field of ['labels', 'annotations']) {
    const entries = metadata[field] ?? {};
    if (!isRecord(entries)) {
      problems.push({ subject, given: show(entries), expected: `a mapping as metadata.${field}` });
      continue;
    }
    for (const [key, value] of Object.entries(entries)) {
      if (typeof value === 'string') continue;
      problems.push({
        subject,
        given: `${key}: ${show(value)}`,
        expected: `a text in metadata.${field}`,
        fix: `Put the value in quotes: ${key}: "${show(value)}".`,
      });
    }
  }
  return problems;
}

/** JSON cannot hold infinity, and a whole number beyond 2^53 would be changed on its way. */
function findNumbers(value: unknown, subject: string, path = ''): readonly Problem[] {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value)))
      return [];
    return [
      {
        subject,
        given: `${path}: ${value}`,
        expected: 'a number that can be kept exactly',
        fix: 'Put it in quotes if it is a text.',
      },
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    findNumbers(inner, subject, path === '' ? key : `${path}.${key}`),
  );
}

/** The same object (group, kind, namespace, name) more than once: which one counts would be chance. */
export function findDuplicates(
  objects: readonly KubernetesObject[],
  subject: string,
): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const object of objects) {
    const { kind, name, namespace = '' } = identify(object);
    const key = [groupOf(object), kind, namespace, name].join('/');
    if (seen.has(key)) {
      problems.push({
        subject,
        given: `${formatIdentity(identify(object))} more than once`,
        expected: 'every object once',
      });
    }
    seen.add(key);
  }
  return problems;
}

/** @throws SlipwayError `render-failed` when there is any */
export function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  throw new SlipwayError('render-failed', `${count} in the manifests; nothing was changed`, {
    problems,
  });
}

/** `apps/v1` → `apps`; the core group is ''. */
export function groupOf({ apiVersion }: { readonly apiVersion: string }): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

function given(value: unknown): { readonly given?: string } {
  return value === undefined || value === null ? {} : { given: show(value) };
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value).slice(0, 100);
}
