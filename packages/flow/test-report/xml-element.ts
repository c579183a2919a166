import sax from 'sax';

/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text and CDATA, without that of its children. */
  readonly text: string;
}

export type XmlDocument =
  | { readonly state: 'read'; readonly roots: readonly XmlElement[] }
  /** `reason` completes “it is …”. */
  | { readonly state: 'refused'; readonly reason: string };

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** No test tool nests deeper, and whoever walks the elements need not fear for the stack. */
const deepest = 100;

class Refusal extends Error {}

/**
 * Reads XML. What is ill-formed in a way that could hide a test (cut off, unclosed, an undeclared or foreign
 * reference) is refused; a document type is refused too, so that there is never an entity to resolve.
 *
 * @example readXml('<a b="1 &lt; 2"/>') // { state: 'read', roots: [{ name: 'a', attributes: { b: '1 < 2' }, … }] }
 */
export function readXml(text: string): XmlDocument {
  const document: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [document];
  const parser = sax.parser(true, { position: true });
  const refuse = (reason: string): never => {
    throw new Refusal(reason);
  };
  parser.onerror = ({ message }) => {
    const sentence = (message.split('\n')[0] ?? '').replace(/\.$/, '').toLowerCase();
    refuse(`ill-formed XML (line ${parser.line + 1}: ${sentence})`);
  };
  parser.ondoctype = () => refuse('XML with a document type');
  parser.onopentag = ({ name, attributes }) => {
    if (open.length > deepest) refuse(`XML that is nested deeper than ${deepest} elements`);
    const element = { name, attributes: readAttributes(attributes), children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  };
  parser.onclosetag = () => void open.pop();
  const addText = (part: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  try {
    parser.write(text).close();
    return { state: 'read', roots: document.children };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { state: 'refused', reason: error.message };
  }
}

/** With namespaces, which we do not ask for, a value would be an object. */
function readAttributes(
  attributes: sax.Tag['attributes'] | sax.QualifiedTag['attributes'],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries<string | sax.QualifiedAttribute>(attributes).map(
      ([name, value]): [string, string] => [name, typeof value === 'string' ? value : value.value],
    ),
  );
}
