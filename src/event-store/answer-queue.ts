// Batches the answers of one call: each batch is everything that has arrived. A full buffer pauses
// the server. A batch costs one turn of the event loop, not one for each answer.
import { convertToCommandError } from '@eventstore/db-client';
import type { ReadCall } from './store-access.js';
import type { Time } from '../waiting/time.js';

/** Maximum buffered answers; beyond it the server is paused. */
const MOST_WAITING = 512;

export class AnswerQueue<Answer> {
  private arrived: Answer[] = [];
  private end: { readonly fault: Error | undefined } | undefined;
  private wake: () => void = () => undefined;
  private isWaking = false;
  private isAbandoned = false;
  private received = 0;

  constructor(
    private readonly call: ReadCall<Answer>,
    private readonly time: Pick<Time, 'soon'>,
    /** After so many answers the server ends the call. */
    private readonly most = Infinity,
  ) {
    call.on('data', (answer: Answer) => this.receive(answer));
    call.on('error', (error: Error) => this.finish(convertToCommandError(error)));
    call.on('end', () => this.finish(undefined));
    call.on('close', () => this.finish(undefined));
  }

  /** The answers that arrived since the last call; the list can be empty. */
  take(): readonly Answer[] {
    const { arrived } = this;
    if (arrived.length === 0) return arrived;
    this.arrived = [];
    if (this.call.isPaused()) this.call.resume();
    return arrived;
  }

  /**
   * How the server ended the call, once all answers are taken; undefined while the call is open.
   */
  get ended(): { readonly fault: Error | undefined } | undefined {
    return this.arrived.length === 0 ? this.end : undefined;
  }

  /** Resolves when there are answers to take, the call has ended, or `stopWaiting` was called. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.arrived.length > 0 || this.end !== undefined) resolve();
    });
  }

  stopWaiting(): void {
    this.wake();
  }

  /** As `cancel`, but a call that has answered everything may end by itself. */
  leave(): void {
    // Servers close the connection of a client that cancels very many calls: one on Node after
    // 1,000, and then 33 a second (nghttp2_option_set_stream_reset_rate_limit).
    if (this.received >= this.most) this.abandon();
    else this.cancel();
  }

  /** Cancels the call and drops its answers. */
  cancel(): void {
    this.abandon();
    // A call that is cancelled in the turn of its first answer may continue (grpc-node 1464, 1652).
    this.time.soon(() => this.call.cancel());
  }

  private abandon(): void {
    this.isAbandoned = true;
    this.arrived = [];
    // A fully sent answer cannot be cancelled, and an unread call never ends: it would keep its
    // connection and the process alive.
    this.call.resume();
  }

  private receive(answer: Answer): void {
    this.received += 1;
    if (this.isAbandoned) return;
    this.arrived.push(answer);
    if (this.arrived.length >= MOST_WAITING) this.call.pause();
    if (this.isWaking) return;
    // Answers that arrive in the same turn join the batch.
    this.isWaking = true;
    this.time.soon(() => {
      this.isWaking = false;
      this.wake();
    });
  }

  private finish(fault: Error | undefined): void {
    this.end ??= { fault };
    this.wake();
  }
}
