import sax from 'sax';

/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The beginning of its own text and CDATA, without that of its children. */
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

/** What of a document is wanted: what is left out costs no memory, and its children move up to its parent. */
export interface XmlChoice {
  /** Roots are kept whatever it says. */
  keeps(element: Pick<XmlElement, 'name' | 'attributes'>): boolean;
  /** The children of an element that has ended, of which some may be wanted no more. */
  prune(element: XmlElement): readonly XmlElement[];
}

/** No test tool nests deeper, and whoever walks the elements need not fear for the stack. */
const deepest = 100;
const mostElements = 1_000_000;
/** Whoever looks for the place of a failure finds it here. */
const longestText = 65_536;

/** No XML may refer to a control character, and tools do so all the same for colours. */
const controlReference =
  /&#(?:(?<decimal>0*(?:[0-8]|1[124-9]|2\d|3[01]))|x(?<hex>0*(?:[0-8bcef]|1[0-9a-f])));/gi;

function resolveControl(_reference: string, decimal?: string, hex?: string): string {
  return String.fromCharCode(decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal));
}

/** The types of sax do not know `strictEntities`: the entities of HTML are none of XML. */
const saxOptions = { position: true, strictEntities: true };

class Refusal extends Error {}

/**
 * Reads XML. What is ill-formed in a way that could hide a test (cut off, unclosed, an undeclared or foreign
 * reference) is refused; a document type is refused too, so that there is never an entity to resolve.
 *
 * @example readXml('<a b="1 &lt; 2"/>', choice) // { state: 'read', roots: [{ name: 'a', attributes: { b: '1 < 2' }, … }] }
 */
export function readXml(text: string, choice: XmlChoice): XmlDocument {
  const builder = new Builder(choice);
  const parser = sax.parser(true, saxOptions);
  parser.onerror = ({ message }) => {
    const sentence = (message.split('\n')[0] ?? '').replace(/\.$/, '').toLowerCase();
    throw new Refusal(`ill-formed XML (line ${parser.line + 1}: ${sentence})`);
  };
  parser.ondoctype = () => {
    throw new Refusal('XML with a document type');
  };
  parser.onopentag = ({ name, attributes }) => builder.open(name, readAttributes(attributes));
  parser.onclosetag = () => builder.close();
  parser.ontext = (part) => builder.addText(part);
  parser.oncdata = (part) => builder.addText(part);
  try {
    parser.write(text.replaceAll(controlReference, resolveControl)).close();
    return { state: 'read', roots: builder.roots };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { state: 'refused', reason: error.message };
  }
}

class Builder {
  readonly #choice: XmlChoice;
  readonly #document: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  readonly #open: OpenElement[] = [this.#document];
  #count = 0;

  constructor(choice: XmlChoice) {
    this.#choice = choice;
  }

  get roots(): readonly XmlElement[] {
    return this.#document.children;
  }

  open(name: string, attributes: XmlElement['attributes']): void {
    this.#count += 1;
    if (this.#open.length > deepest) {
      throw new Refusal(`XML that is nested deeper than ${deepest} elements`);
    }
    if (this.#count > mostElements) {
      throw new Refusal(`XML of more than ${mostElements} elements`);
    }
    const isKept = this.#open.length === 1 || this.#choice.keeps({ name, attributes });
    const parent = this.#open.at(-1);
    const element = isKept
      ? { name, attributes, children: [], text: '' }
      : { name: '', attributes: {}, children: parent?.children ?? [], text: '' };
    if (isKept) parent?.children.push(element);
    this.#open.push(element);
  }

  close(): void {
    const element = this.#open.pop();
    if (element === undefined || element.name === '') return;
    const rest = this.#choice.prune(element);
    if (rest.length < element.children.length) element.children.splice(0, Infinity, ...rest);
  }

  addText(part: string): void {
    const element = this.#open.at(-1);
    if (element === undefined || element.name === '') return;
    if (element.text.length < longestText) element.text += part.slice(0, longestText);
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
