// The answers of one call as batches: whatever has arrived by the time somebody asks. The server is
// made to wait while too many are held, and no answer costs a turn of the event loop of its own.
import { convertToCommandError } from '@eventstore/db-client';
import type { ReadCall } from './client-internals.js';

/** How many answers may wait for the consumer before the server is made to wait. */
const MOST_WAITING = 512;

export class AnswerQueue<Answer> {
  private arrived: Answer[] = [];
  private end: { readonly fault: Error | undefined } | undefined;
  private wake: () => void = () => undefined;
  private isWaking = false;
  private isAbandoned = false;

  constructor(private readonly call: ReadCall<Answer>) {
    call.on('data', (answer: Answer) => this.receive(answer));
    call.on('error', (error: Error) => this.finish(convertToCommandError(error)));
    call.on('end', () => this.finish(undefined));
    call.on('close', () => this.finish(undefined));
  }

  /** What has arrived and was not taken yet; it may be empty. */
  take(): readonly Answer[] {
    const { arrived } = this;
    if (arrived.length === 0) return arrived;
    this.arrived = [];
    if (this.call.isPaused()) this.call.resume();
    return arrived;
  }

  /**
   * Of a call of which everything was taken: how the server ended it; undefined while it has not.
   */
  get ended(): { readonly fault: Error | undefined } | undefined {
    return this.arrived.length === 0 ? this.end : undefined;
  }

  /** Resolves when there is something to take, the call has ended, or `stopWaiting` was called. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.arrived.length > 0 || this.end !== undefined) resolve();
    });
  }

  stopWaiting(): void {
    this.wake();
  }

  /** Nobody takes anything any more. */
  cancel(): void {
    this.isAbandoned = true;
    this.arrived = [];
    // What the server has sent in full cannot be cancelled, and a call whose rest nobody reads
    // never ends: it would keep its connection, and the process with it.
    this.call.resume();
    // A call that is cancelled in the very turn in which it answers may go on (grpc-node 1464,
    // 1652).
    setImmediate(() => this.call.cancel());
  }

  private receive(answer: Answer): void {
    if (this.isAbandoned) return;
    this.arrived.push(answer);
    if (this.arrived.length >= MOST_WAITING) this.call.pause();
    if (this.isWaking) return;
    // What else has arrived by the end of this turn belongs to the same batch.
    this.isWaking = true;
    setImmediate(() => {
      this.isWaking = false;
      this.wake();
    });
  }

  private finish(fault: Error | undefined): void {
    this.end ??= { fault };
    this.wake();
  }
}
