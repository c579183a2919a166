import { redact } from '../deployment/index.js';

/** What a comment or a CDATA section holds is as it is; elsewhere <, > and & are written as entities. */
const section = /(?<=<!\[CDATA\[)[\s\S]*?(?=\]\]>)|(?<=<!--)[\s\S]*?(?=-->)/g;
const markup = /(?<=\]\]>|-->|^)(?:(?!<!\[CDATA\[|<!--)[\s\S])+/g;
const tag = /<(?:"[^"]*"|'[^']*'|[^>"'])*>|[^<]+/g;
const attribute = /(?<name>[\w:.-]+)\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/g;

/**
 * A JUnit XML report without what looks like a secret, in texts, attributes and properties. It is XML still.
 *
 * @example redactReport('<failure message="password=hunter2"/>') // '<failure message="password=&lt;redacted&gt;"/>'
 */
export function redactReport(xml: string): string {
  return xml
    .replaceAll(markup, (piece) =>
      piece.replaceAll(tag, (each) => (each.startsWith('<') ? redactTag(each) : redactText(each))),
    )
    .replaceAll(section, redact);
}

/** A property's name says what its value is: `<property name="DB_PASSWORD" value="…"/>`. */
function redactTag(text: string): string {
  const attributes = [...text.matchAll(attribute)].map(({ groups }) => groups);
  const called = attributes.find((each) => each?.['name'] === 'name');
  const property = decode(called?.['double'] ?? called?.['single'] ?? '');
  return text.replaceAll(attribute, (all, name: string, double?: string, single?: string) => {
    const value = double ?? single ?? '';
    const isSecret = isSecretName(name === 'value' ? property : name) && value !== '';
    const shown = isSecret ? encode('<redacted>') : redactText(value);
    return shown === value ? all : `${name}="${shown}"`;
  });
}

function isSecretName(name: string): boolean {
  return redact(`${name}=x`) !== `${name}=x`;
}

function redactText(text: string): string {
  const plain = decode(text);
  const redacted = redact(plain);
  return redacted === plain ? text : encode(redacted);
}

const entities: readonly (readonly [string, string])[] = [
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
];

function decode(text: string): string {
  const numbered = text.replaceAll(/&#(?:x([\da-f]+)|(\d+));/gi, (all, hex, decimal) => {
    const code = hex === undefined ? Number(decimal) : Number(`0x${hex}`);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
  return entities.reduce((plain, [entity, sign]) => plain.replaceAll(entity, sign), numbered);
}

function encode(text: string): string {
  return entities.reduceRight((xml, [entity, sign]) => xml.replaceAll(sign, entity), text);
}
