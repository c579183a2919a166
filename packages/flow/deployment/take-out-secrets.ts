import { SlipwayError, type Problem } from '@slipway/core/errors';
import {
  formatIdentity,
  formatManifests,
  identify,
  identifySecret,
  inspectSecretSource,
  isSecret,
  listSecretValues,
  outlineSecret,
  type KubernetesObject,
  type SecretOutline,
} from '@slipway/core/manifest';
import type { Rendered, SourceFile } from '@slipway/io/render';

/** A Secret with its values: in the memory of this job, and nowhere else. */
export class SecretToCreate {
  readonly outline: SecretOutline;
  readonly #object: KubernetesObject;

  constructor(object: KubernetesObject) {
    this.outline = outlineSecret(object);
    this.#object = object;
  }

  /** For the one place that sends it. */
  reveal(): KubernetesObject {
    return this.#object;
  }

  /** The values that are long enough to be told from other words, plain and in base64: what must be masked. */
  listTelling(): readonly string[] {
    const { encoded, plain } = listSecretValues(this.#object);
    const decoded = encoded.map((value) => Buffer.from(value, 'base64').toString('utf8'));
    const all = [...plain, ...decoded].flatMap((value) => {
      const longest = value.split('\n').toSorted((a, b) => b.length - a.length)[0] ?? '';
      return [value.trim(), longest.trim(), Buffer.from(value).toString('base64')];
    });
    return [...new Set([...all, ...encoded])].filter((value) => value.length >= tellingLength);
  }
}

const tellingLength = 12;

/** What may go into a bundle, and the Secrets that may not. */
export interface WithoutSecrets extends Rendered {
  readonly secrets: readonly SecretToCreate[];
}

/**
 * Parts what was rendered from the values of its Secrets: neither they nor a hash of them may be in a bundle, not
 * in its objects and not in its sources. The sources keep each Secret with its keys and without the values, so
 * that the same is rendered from them again.
 *
 * @throws SlipwayError `secret-refused`: with `refuse` when there is any Secret; with `create-once` when values
 * cannot be taken out, or stand elsewhere as well
 */
export function takeOutSecrets(
  { objects, sources }: Rendered,
  mode: 'refuse' | 'create-once',
): WithoutSecrets {
  const inspected = sources.map(({ path, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8');
    return { path, bytes, ...inspectSecretSource(text, path) };
  });
  const rendered = objects.filter(isSecret);
  if (mode === 'refuse') refuseAll(rendered, inspected);
  if (rendered.length > 0) refusePacked(sources);
  refuseMakers(inspected);
  const kept = objects.filter((object) => !isSecret(object));
  const blanked = inspected.map(({ path, bytes, secrets, blanked: text }): SourceFile => {
    return { path, bytes: secrets.length === 0 ? bytes : Buffer.from(text) };
  });
  const secrets = rendered.map((object) => new SecretToCreate(object));
  refuseLeaks(secrets, [
    ...blanked,
    { path: 'the rendered manifests', bytes: Buffer.from(formatManifests(kept)) },
  ]);
  return { objects: kept, sources: blanked, secrets };
}

type Inspected = SourceFile & ReturnType<typeof inspectSecretSource>;

/** Only names are told. */
function refuseAll(rendered: readonly KubernetesObject[], sources: readonly Inspected[]): void {
  const known = new Set(rendered.map(({ metadata }) => metadata.name));
  const names = [
    ...rendered.map((object) => formatIdentity(identify(object))),
    ...sources.flatMap(({ path, secrets }) =>
      secrets.filter((name) => !known.has(name)).map((name) => `Secret ${name} (in ${path})`),
    ),
  ];
  if (names.length === 0) return;
  throw new SlipwayError('secret-refused', `the manifests hold values of ${names.join(', ')}`, {
    fix: 'Take it out of the manifests and the folders beside them: use an ExternalSecret or a SealedSecret, or create it in the cluster by hand. Where it is not production, secrets: create-once creates it from here.',
  });
}

function refuseMakers(sources: readonly Inspected[]): void {
  const problems = sources.flatMap(({ path, makers }) =>
    makers.map((given): Problem => ({
      subject: path,
      given,
      expected: 'Secrets as manifests, whose values can be left out of the bundle',
      fix: 'Write it as a manifest with kind: Secret, or use an ExternalSecret or a SealedSecret.',
    })),
  );
  if (problems.length === 0) return;
  const where = problems.map(({ subject, given = '' }) => `${subject}: ${given}`).join('; ');
  const message = `values of Secrets cannot be kept out of the bundle: ${where}`;
  throw new SlipwayError('secret-refused', message, { problems });
}

/**
 * The values of a chart's Secret come from its values files and templates, which go into the bundle: short ones, and
 * those that are put together, could not be found there.
 *
 * @throws SlipwayError `secret-refused`
 */
export function refuseChartSecrets(objects: readonly KubernetesObject[]): void {
  const names = objects.filter(isSecret).map((object) => formatIdentity(identify(object)));
  if (names.length === 0) return;
  throw new SlipwayError(
    'secret-refused',
    `the chart makes ${names.join(', ')}, whose values would go into the bundle with the sources of the chart`,
    {
      fix: 'Let the chart name a Secret that is there already, most have a value for that, or use an ExternalSecret or a SealedSecret.',
    },
  );
}

/** What is packed cannot be searched for values. */
function refusePacked(sources: readonly SourceFile[]): void {
  const packed = sources.map(({ path }) => path).filter((path) => path.endsWith('.tgz'));
  if (packed.length === 0) return;
  const message = `values of Secrets may stand in what is packed: ${packed.join(', ')}`;
  throw new SlipwayError('secret-refused', message, {
    fix: 'Unpack it beside, or use an ExternalSecret or a SealedSecret.',
  });
}

function refuseLeaks(secrets: readonly SecretToCreate[], files: readonly SourceFile[]): void {
  const readable = files.map(({ path, bytes }) => ({
    path,
    text: Buffer.from(bytes).toString('utf8'),
  }));
  const leaks = secrets.flatMap((secret) => {
    const values = secret.listTelling();
    return readable
      .filter(({ text }) => values.some((value) => text.includes(value)))
      .map(({ path }) => `${formatIdentity(identifySecret(secret.outline))} in ${path}`);
  });
  if (leaks.length === 0) return;
  throw new SlipwayError(
    'secret-refused',
    `values of Secrets stand in other places as well, which go into the bundle: ${leaks.join(', ')}`,
    { fix: 'Take them out of there; what is not secret need not be in a Secret.' },
  );
}
