/**
 * A text that must not be seen: a password, a token, a key. Everything that prints a value (string
 * templates, JSON, `util.inspect`, `console.log`) prints `<redacted>`; only `reveal` gives the text.
 *
 * @example `${Secret.of('hunter2')}` // '<redacted>'
 */
export class Secret {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static of(text: string): Secret {
    return new Secret(text);
  }

  /** The text itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '<redacted>';
  }

  toJSON(): string {
    return '<redacted>';
  }

  /** What Node's `util.inspect` calls; named by the registry of symbols, so that core needs no Node types. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<redacted>';
  }
}
