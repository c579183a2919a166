import type { ApiPath } from './api-path.js';
import { noteMade, readJournal, type MadeObject } from './journal.js';

/** What in an existing cluster is the lab’s: what was made through its door, and everything in namespaces that were. */
export class OwnObjects {
  readonly #folder: string;
  readonly #namespaces: Set<string>;
  readonly #paths = new Set<string>();

  /** @param namespace that the lab made before there was a door */
  constructor(folder: string, namespace: string) {
    this.#folder = folder;
    this.#namespaces = new Set([namespace]);
    for (const made of readJournal(folder)) this.#take(made);
  }

  /** Whether it is in a namespace of ours, with which it goes. */
  isInside({ namespace }: ApiPath): boolean {
    return namespace !== undefined && this.#namespaces.has(namespace);
  }

  has(path: ApiPath): boolean {
    const { kind, name = '', collection } = path;
    const isNamespace = kind === 'namespaces' && this.#namespaces.has(name);
    return this.isInside(path) || isNamespace || this.#paths.has(`${collection}/${name}`);
  }

  add(made: MadeObject): void {
    noteMade(this.#folder, made);
    this.#take(made);
  }

  #take({ identity: { kind, apiVersion, name }, path }: MadeObject): void {
    this.#paths.add(path);
    if (kind === 'Namespace' && apiVersion === 'v1') this.#namespaces.add(name);
  }
}
