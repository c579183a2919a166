import { dump, FAILSAFE_SCHEMA, loadAll, Type } from 'js-yaml';

/**
 * YAML as Kubernetes reads it: the scalars of YAML 1.1 as sigs.k8s.io/yaml (goyaml.v2) resolves them.
 * `yes`, `on` and `y` are true, `0644` is octal, `1_000` is a number, dates stay text.
 */
const trueWords = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const falseWords = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const nullWords = /^(?:~|null|Null|NULL|)$/;
const notFinite = /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/;
const floatPattern = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const integerPattern =
  /^(?<sign>[-+]?)(?:(?<decimal>0|[1-9][0-9]*)|0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<binary>[01]+)|0[oO]?(?<octal>[0-7]+))$/;

function tryReadNumber(text: string): number | undefined {
  if (notFinite.test(text)) return Number.NaN;
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '');
  const groups = integerPattern.exec(plain)?.groups;
  if (groups === undefined) return floatPattern.test(plain) ? Number(plain) : undefined;
  const { sign, decimal, hex, binary, octal = '' } = groups;
  const size =
    decimal !== undefined
      ? Number(decimal)
      : hex !== undefined
        ? Number.parseInt(hex, 16)
        : binary !== undefined
          ? Number.parseInt(binary, 2)
          : Number.parseInt(octal, 8);
  return sign === '-' && size !== 0 ? -size : size;
}

function isTextWhere(test: (text: string) => boolean): (data: unknown) => boolean {
  return (data) => typeof data === 'string' && test(data);
}

const schema = FAILSAFE_SCHEMA.extend({
  implicit: [
    new Type('tag:yaml.org,2002:null', {
      kind: 'scalar',
      resolve: (data: unknown) =>
        data === null || (typeof data === 'string' && nullWords.test(data)),
      construct: () => null,
      predicate: (value: unknown) => value === null,
      represent: () => 'null',
    }),
    new Type('tag:yaml.org,2002:bool', {
      kind: 'scalar',
      resolve: isTextWhere((text) => trueWords.test(text) || falseWords.test(text)),
      construct: (text: string) => trueWords.test(text),
      predicate: (value: unknown) => typeof value === 'boolean',
      represent: String,
    }),
    new Type('tag:yaml.org,2002:float', {
      kind: 'scalar',
      resolve: isTextWhere((text) => tryReadNumber(text) !== undefined),
      construct: tryReadNumber,
      predicate: (value: unknown) => typeof value === 'number',
      represent: String,
    }),
    new Type('tag:yaml.org,2002:merge', {
      kind: 'scalar',
      resolve: isTextWhere((text) => text === '<<'),
    }),
  ],
  explicit: [
    new Type('tag:yaml.org,2002:int', {
      kind: 'scalar',
      resolve: isTextWhere((text) => tryReadNumber(text) !== undefined),
      construct: tryReadNumber,
    }),
  ],
});

/**
 * Every document of a text; empty ones are null.
 *
 * @throws YAMLException with line and column
 */
export function loadYaml(text: string): readonly unknown[] {
  return loadAll(text, null, { schema });
}

/** One document with sorted keys; texts that would be read as something else are quoted. */
export function dumpDocument(value: unknown): string {
  return dump(value, { schema, sortKeys: true, lineWidth: -1, noRefs: true });
}
