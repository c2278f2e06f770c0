// The functions with which a handler emits events and links. Runs in the sandbox: its source text
// is evaluated there, so it must use nothing but itself and the language. The errors' texts are the
// real server's, but for the bounds, which it does not have.
import type { EmittedByHandler } from '../protocol.js';

export class Emitting {
  /** Index of the event that a handler works on. */
  cause = 0;
  private emitted: EmittedByHandler[] = [];
  private characters = 0;

  globals(): Record<string, (...values: unknown[]) => void> {
    return {
      emit: (...values) => this.emit(values),
      linkTo: (...values) => this.linkTo(values),
      linkStreamTo: (...values) => this.linkStreamTo(values),
      copyTo: () => undefined,
    };
  }

  /** What was emitted since the last call. */
  take(): EmittedByHandler[] {
    const { emitted } = this;
    this.emitted = [];
    this.characters = 0;
    return emitted;
  }

  private emit(values: unknown[]): void {
    if (values.length < 3) throw new Error('invalid number of parameters');
    const stream = this.text(values[0], 'streamId');
    const type = this.text(values[1], 'eventName');
    const body = this.object(values[2], 'eventBody');
    if (values.length >= 4 && !this.isObject(values[3])) {
      throw new Error("object expected (Parameter 'metadata')");
    }
    const metadata = this.isObject(values[3]) ? this.texts(values[3]) : null;
    this.add({ stream, type, data: JSON.stringify(body), isJson: true, metadata });
  }

  private linkTo(values: unknown[]): void {
    if (values.length !== 2 && values.length !== 3) throw new Error('wrong number of parameters');
    const stream = this.text(values[0], 'streamId');
    const { sequenceNumber, streamId } = this.object(values[1], 'event');
    if (typeof sequenceNumber !== 'number' || typeof streamId !== 'string') {
      throw new Error(`Invalid link to event ${String(sequenceNumber)}@${String(streamId)}`);
    }
    const metadata = values.length === 3 ? this.texts(this.object(values[2], 'metaData')) : null;
    const data = `${Math.trunc(sequenceNumber)}@${streamId}`;
    this.add({ stream, type: '$>', data, isJson: false, metadata });
  }

  /** The real server fails on a third value, too. */
  private linkStreamTo(values: unknown[]): void {
    const stream = this.text(values[0], 'streamId');
    const data = this.text(values[1], 'linkedStreamId');
    if (values.length === 3) throw new TypeError('The value is not an object');
    this.add({ stream, type: '$@', data, isJson: false, metadata: null });
  }

  private add(emitted: Omit<EmittedByHandler, 'cause'>): void {
    this.characters += emitted.data.length + emitted.stream.length;
    if (this.emitted.length >= 10_000 || this.characters > 16_777_216) {
      throw new Error('Too much was emitted at once');
    }
    this.emitted.push({ cause: this.cause, ...emitted });
  }

  private isObject(value: unknown): value is Record<string, unknown> {
    return (typeof value === 'object' && value !== null) || typeof value === 'function';
  }

  private object(value: unknown, name: string): Record<string, unknown> {
    if (value === null || value === undefined) {
      throw new Error(`Value cannot be null. (Parameter '${name}')`);
    }
    if (!this.isObject(value)) throw new Error(`object expected (Parameter '${name}')`);
    return value;
  }

  private text(value: unknown, name: string): string {
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (value === null || value === undefined || typeof value === 'string') {
      throw new Error(`Value cannot be null. (Parameter '${name}')`);
    }
    throw new Error(`string expected (Parameter '${name}')`);
  }

  private texts(values: Record<string, unknown>): Record<string, string> {
    const texts: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      const text = JSON.stringify(value) as string | undefined;
      if (text !== undefined) texts[name] = text;
    }
    return texts;
  }
}
