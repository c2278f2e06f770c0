// The client's side of a call: what arrives is emitted, what is emitted while it is paused waits.
// Every end is told once: by an error or an end, then by the close.
import { EventEmitter } from 'node:events';
import { type BatchAnswer, batchAnswer } from '../../../src/event-store/batch-answer.js';
import type { BatchCall, ReadCall } from '../../../src/event-store/store-access.js';
import type { StatusError } from '../../../embedded-node/src/wire/statuses.js';
import { cancelledByClient, connectionLost } from './call-errors.js';
import type { Steps } from './steps.js';
import type { Wire } from './wire.js';

type Listener = (...values: never[]) => void;

export abstract class ClientCall {
  private readonly events = new EventEmitter();
  protected isOver = false;
  private readonly leaveWire: () => void;

  constructor(
    protected readonly wire: Wire,
    private readonly steps: Steps,
    private readonly stopAtNode: () => void,
  ) {
    this.leaveWire = wire.onBreakAtClient(() => this.fail(connectionLost()));
  }

  on(event: string, listener: Listener): this {
    this.events.on(event, listener as (...values: unknown[]) => void);
    return this;
  }

  once(event: string, listener: Listener): this {
    this.events.once(event, listener as (...values: unknown[]) => void);
    return this;
  }

  /** It ends with an error at its client, later, and is over for the node. */
  cancel(): void {
    this.wire.toNode(this.stopAtNode);
    this.steps.after(0, 'call cancelled', () => this.fail(cancelledByClient()));
  }

  fail(error: StatusError): void {
    this.finish('error', error);
  }

  protected finish(event: 'error' | 'end', ...values: readonly StatusError[]): void {
    if (this.isOver) return;
    this.isOver = true;
    this.leaveWire();
    this.events.emit(event, ...values);
    this.events.emit('close');
  }

  protected tell(answer: unknown): void {
    this.events.emit('data', answer);
  }
}

export class SimulatedBatchCall extends ClientCall implements BatchCall {
  constructor(
    wire: Wire,
    steps: Steps,
    stopAtNode: () => void,
    private readonly request: (message: Uint8Array) => void,
  ) {
    super(wire, steps, stopAtNode);
  }

  write(message: Uint8Array): boolean {
    if (!this.isOver) this.request(message);
    return true;
  }

  receive(bytes: Uint8Array): void {
    if (this.isOver) return;
    const answer: BatchAnswer = batchAnswer(bytes);
    this.tell(answer);
  }
}

/** What has arrived: an answer, or the word that a page was taken or that the call has ended. */
type Arrival<Answer> = { readonly answer: Answer } | { readonly then: () => void };

export class SimulatedReadCall<Answer> extends ClientCall implements ReadCall<Answer> {
  private readonly arrived: Arrival<Answer>[] = [];
  private paused = false;

  constructor(
    wire: Wire,
    steps: Steps,
    stopAtNode: () => void,
    private readonly decode: (answer: Uint8Array) => Answer,
  ) {
    super(wire, steps, stopAtNode);
  }

  receive(page: readonly Uint8Array[], taken: () => void): void {
    for (const bytes of page) this.arrived.push({ answer: this.decode(bytes) });
    this.arrived.push({ then: taken });
    this.flush();
  }

  /** The node has said everything. */
  end(): void {
    this.arrived.push({ then: () => this.finish('end') });
    this.flush();
  }

  pause(): this {
    this.paused = true;
    return this;
  }

  resume(): this {
    this.paused = false;
    this.flush();
    return this;
  }

  isPaused(): boolean {
    return this.paused;
  }

  private flush(): void {
    while (!this.paused && !this.isOver) {
      const next = this.arrived.shift();
      if (next === undefined) return;
      if ('answer' in next) this.tell(next.answer);
      else next.then();
    }
  }
}
