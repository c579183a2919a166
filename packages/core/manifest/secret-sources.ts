import { isRecord, recordsAt, textAt, valueAt, type JsonRecord } from './fields.js';
import { dumpDocument, loadYaml } from './kubernetes-yaml.js';
import { blankSecret, isSecret, listSecretValues } from './secrets.js';

/** What a file that goes into a bundle has to do with values of Secrets. */
export interface SecretSource {
  /** The names of Secrets whose values stand in it. */
  readonly secrets: readonly string[];
  /** Ways in which it makes values that cannot be taken out, a sentence each. */
  readonly makers: readonly string[];
  /** The file without the values, and without the comments beside them. */
  readonly blanked: string;
}

/**
 * Looks for Secrets in a source file: objects, patches, items of a list, and what a kustomization makes of values.
 * What is not YAML has none.
 *
 * @example inspectSecretSource('kind: Secret\nstringData: { password: hunter2 }', 'secret.yaml')
 * // { secrets: ['…'], makers: [], blanked: 'kind: Secret\nmetadata: {}\nstringData:\n  password: \'\'\n' }
 */
export function inspectSecretSource(text: string, path: string): SecretSource {
  const documents = /secret/i.test(text) ? tryLoad(text) : [];
  const secrets = documents.flatMap(listSecrets).filter(hasValues);
  const blanked =
    secrets.length === 0
      ? text
      : formatDocuments(documents.map(blankDocument), path.endsWith('.json'));
  return {
    secrets: secrets.map((secret) => textAt(secret, 'metadata', 'name') ?? 'without a name'),
    makers: documents.flatMap(listMakers),
    blanked,
  };
}

function tryLoad(text: string): readonly unknown[] {
  try {
    return loadYaml(text);
  } catch {
    return [];
  }
}

function listSecrets(document: unknown): readonly unknown[] {
  if (isSecret(document)) return [document];
  return listItems(document).flatMap(listSecrets);
}

/** Items of a typed list (`SecretList`) need not repeat their kind. */
function listItems(document: unknown): readonly JsonRecord[] {
  const kind = textAt(document, 'kind') === 'SecretList' ? { kind: 'Secret' } : {};
  return recordsAt(document, 'items').map((item) => ({ ...kind, ...item }));
}

function hasValues(secret: unknown): boolean {
  const { encoded, plain } = listSecretValues(secret);
  return [...encoded, ...plain].some((value) => value !== '');
}

function blankDocument(document: unknown): unknown {
  if (isSecret(document)) return blankSecret(document);
  if (!isRecord(document) || listSecrets(document).length === 0) return document;
  return { ...document, items: listItems(document).map(blankDocument) };
}

/** JSON stays JSON: one document. */
function formatDocuments(documents: readonly unknown[], isJson: boolean): string {
  if (isJson) return `${JSON.stringify(documents[0], undefined, 2)}\n`;
  return documents.map(dumpDocument).join('---\n');
}

/**
 * The names of generated Secrets carry a hash of their values, and patches carry values inside of a text; neither
 * can be taken out without changing what is rendered.
 */
function listMakers(document: unknown): readonly string[] {
  const generated = recordsAt(document, 'secretGenerator').map(
    (generator) =>
      `it generates the Secret ${textAt(generator, 'name') ?? ''}, whose name carries a hash of its values`,
  );
  const patches = [
    ...recordsAt(document, 'patches'),
    ...recordsAt(document, 'patchesJson6902'),
    ...listTexts(document, 'patchesStrategicMerge').map((patch) => ({ patch })),
  ].filter(
    (patch) =>
      textAt(patch, 'target', 'kind') === 'Secret' ||
      tryLoad(textAt(patch, 'patch') ?? '').some(isSecret),
  );
  return [...generated, ...patches.map(() => 'it patches a Secret in place')];
}

function listTexts(value: unknown, field: string): readonly string[] {
  const texts = valueAt(value, field);
  return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
}
