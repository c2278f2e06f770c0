// Everything that one subscription tells, in order, and the waiting for enough of it.
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { isOwnEvent } from './keep.js';
import { observeError, plain } from './observe.js';
import type { RunValues } from './run-values.js';
import type { Step } from './transcript.js';

export type Frame = string | Record<string, unknown>;

export function kindOf(frame: Frame): string {
  return typeof frame === 'string' ? frame : (Object.keys(frame)[0] ?? '');
}

export class Recorder {
  readonly events: unknown[] = [];
  readonly #values: RunValues;
  readonly #step: Step;
  readonly #arrivals = new EventEmitter();
  #stream: Readable | undefined;
  #frames: Frame[] = [];

  constructor(step: Step, values: RunValues) {
    this.#step = step;
    this.#values = values;
  }

  /** Called by the client; may come before `follow` has returned. */
  readonly checkpointReached = (_subscription: unknown, position: unknown): void => {
    this.#add({ checkpoint: this.#step.maskCheckpoints ? '<position>' : position });
  };

  follow(stream: Readable): void {
    this.#stream = stream;
    stream
      .on('confirmation', () =>
        this.#add({ confirmation: { id: Reflect.get(stream, 'id') as unknown } }),
      )
      .on('caughtUp', () => this.#add('caughtUp'))
      .on('fellBehind', () => this.#add('fellBehind'))
      .on('error', (error) => this.#add({ error: observeError(error) }))
      .on('end', () => this.#add('end'))
      .on('close', () => this.#add('close'))
      .on('data', (event: unknown) => this.#addEvent(event));
  }

  get subscription(): Readable {
    if (!this.#stream) throw new Error('The subscription was not started');
    return this.#stream;
  }

  #addEvent(event: unknown): void {
    if (this.#step.keep === 'own' && !isOwnEvent(event, this.#values)) return;
    this.events.push(event);
    this.#add({ event: plain(event) });
  }

  #add(frame: Frame): void {
    this.#frames.push(frame);
    this.#arrivals.emit('frame');
  }

  #has(until: Record<string, number>): boolean {
    return Object.entries(until).every(
      ([kind, count]) => this.#frames.filter((frame) => kindOf(frame) === kind).length >= count,
    );
  }

  /** Waits until so many frames of each kind have come since the last take; false if in vain. */
  async waitFor(until: Record<string, number>, withinMs: number): Promise<boolean> {
    const signal = AbortSignal.timeout(withinMs);
    while (!this.#has(until)) {
      const came = await once(this.#arrivals, 'frame', { signal }).then(
        () => true,
        () => false,
      );
      if (!came) return false;
    }
    return true;
  }

  /** All frames since the last take. */
  take(): Frame[] {
    const taken = this.#frames;
    this.#frames = [];
    return taken;
  }
}
