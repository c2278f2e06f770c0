// Turns what a transcript writes into the values of one run: names carry the run's own twelve
// digits, so that a thousand runs on one server never meet.
import { randomBytes } from 'node:crypto';
import { valueAt } from './paths.js';
import { isObject, type Json } from './transcript.js';

const placeholderDigits = 'RUNRUNRUNRUN';

export class RunValues {
  readonly digits = randomBytes(6).toString('hex');
  readonly #saved = new Map<string, unknown>();

  save(name: string, value: unknown): void {
    this.#saved.set(name, value);
  }

  /** A text with its names and ids filled in. */
  text(template: string): string {
    return template
      .replace(
        /<id (\d+)>/g,
        (_, n: string) => `${n.padStart(8, '0')}-0000-4000-8000-${this.digits}`,
      )
      .replace(/<([a-z][a-z0-9]*)>/g, (_, name: string) => `${name}_${this.digits}`);
  }

  bytes(base64: string): Buffer {
    const letters = Buffer.from(base64, 'base64').toString('latin1');
    return Buffer.from(letters.replaceAll(placeholderDigits, this.digits), 'latin1');
  }

  /** Hides the digits again, as they were hidden before a long text was hashed. */
  withoutDigits(text: string): string {
    return text.replaceAll(this.digits, placeholderDigits);
  }

  /** Names as the transcript writes them, for a reader of mismatches. */
  readable(text: string): string {
    return text
      .replaceAll(new RegExp(`0*(\\d+)-0000-4000-8000-${this.digits}`, 'g'), '<id $1>')
      .replaceAll(new RegExp(`([a-z][a-z0-9]*)_${this.digits}`, 'g'), '<$1>');
  }

  isOwnId(uuid: string): boolean {
    return uuid.endsWith(`-0000-4000-8000-${this.digits}`);
  }

  /** The value to send for what a request says. */
  request(value: Json): unknown {
    if (typeof value === 'string') {
      return /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : this.text(value);
    }
    if (Array.isArray(value)) return value.map((item) => this.request(item));
    if (!isObject(value)) return value;
    return this.#requestObject(value);
  }

  #requestObject(value: Record<string, Json>): unknown {
    if (typeof value.$bytes === 'string') return new Uint8Array(this.bytes(value.$bytes));
    if (typeof value.$saved === 'string') return this.#savedAt(value.$saved);
    if (Array.isArray(value.$repeat)) {
      const [text, times] = value.$repeat as [string, number];
      return this.text(text).repeat(times);
    }
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !key.startsWith('_'))
        .map(([key, item]) => [this.text(key), this.request(item)]),
    );
  }

  #savedAt(path: string): unknown {
    const [name = '', ...rest] = path.split('.');
    if (!this.#saved.has(name)) throw new Error(`Nothing was saved as ${name}`);
    return valueAt(this.#saved.get(name), rest.join('.'));
  }
}
