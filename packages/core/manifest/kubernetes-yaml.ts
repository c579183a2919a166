import { dump, FAILSAFE_SCHEMA, loadAll, Type } from 'js-yaml';
import { findKeyTrap, findMergeTrap, findTextTrap } from './yaml-traps.js';

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
  const isFraction = text.startsWith('.');
  if (isFraction && /_(?:\D|$)|\D_/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const groups = isFraction ? undefined : integerPattern.exec(plain)?.groups;
  if (groups === undefined) return tryReadFloat(plain);
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

/** What is too large for a float stays a text. */
function tryReadFloat(text: string): number | undefined {
  if (!floatPattern.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function isTextWhere(test: (text: string) => boolean): (data: unknown) => boolean {
  return (data) => typeof data === 'string' && test(data);
}

const mergeType = new Type('tag:yaml.org,2002:merge', {
  kind: 'scalar',
  resolve: isTextWhere((text) => text === '<<'),
});

const withoutMerge = FAILSAFE_SCHEMA.extend({
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
  ],
  explicit: [
    new Type('tag:yaml.org,2002:int', {
      kind: 'scalar',
      resolve: isTextWhere((text) => tryReadNumber(text) !== undefined),
      construct: tryReadNumber,
    }),
  ],
});

const schema = withoutMerge.extend({ implicit: [mergeType] });

const mostValues = 2_000_000;
const deepest = 500;

/**
 * Every document of a text; empty ones are null.
 *
 * @throws YAMLException with line and column; RangeError for anchors that hold themselves or too much
 */
export function loadYaml(text: string): readonly unknown[] {
  const documents = loadAll(text, null, { schema });
  if (text.includes('*')) countValues(documents, 0, 0);
  return documents;
}

/**
 * Every document of a text that is to be applied: it means to kubectl what it means to us.
 *
 * @throws Error with a sentence, also where programs would read it in different ways
 */
export function loadManifestYaml(text: string): readonly unknown[] {
  const documents = loadYaml(text);
  const merges = text.includes('<<') ? loadAll(text, null, { schema: withoutMerge }) : [];
  const trap = findTextTrap(text) ?? findKeyTrap(documents) ?? findMergeTrap(merges);
  if (trap !== undefined) throw new Error(trap);
  return documents;
}

/** Aliases make much of a little. */
function countValues(value: unknown, before: number, depth: number): number {
  if (before > mostValues || depth > deepest) {
    throw new RangeError('anchors hold themselves, or more than anybody can read');
  }
  if (typeof value !== 'object' || value === null) return before + 1;
  return Object.values(value).reduce<number>(
    (count, inner) => countValues(inner, count, depth + 1),
    before + 1,
  );
}

/** One document with sorted keys; texts that would be read as something else are quoted. */
export function dumpDocument(value: unknown): string {
  return dump(value, { schema, sortKeys: true, lineWidth: -1, noRefs: true });
}
