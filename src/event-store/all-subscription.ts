// A subscription of the official client as a plain sequence: events, checkpoints and the word that
// all is caught up, in the order in which the server sent them and never more than a few held.
import type { AllStreamResolvedEvent, AllStreamSubscription } from '@eventstore/db-client';
import { fromRecorded } from './client-events.js';
import { isOutage, StoreUnavailableError } from './errors.js';
import type { StoredEvent } from './stored-event.js';

export type Delivery =
  { readonly event: StoredEvent } | { readonly caughtUp: true } | { readonly checkpoint: bigint };

type Hint = Exclude<Delivery, { readonly event: StoredEvent }>;
type Arrived = { readonly resolved: AllStreamResolvedEvent } | Hint;

/** How many events may wait for the consumer before the server is made to wait. */
const MOST_WAITING = 512;

export class AllSubscription {
  private arrived: Arrived[] = [];
  /** Hints that were sent after events which the client still holds, by how many events go first. */
  private readonly held: { readonly after: number; readonly hint: Hint }[] = [];
  private received = 0;
  private end: { readonly fault: unknown } | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly subscription: AllStreamSubscription) {
    subscription.on('data', (resolved: AllStreamResolvedEvent) => this.take(resolved));
    subscription.on('caughtUp', () => this.hint({ caughtUp: true }));
    subscription.on('error', (error: unknown) => this.finish(error));
    subscription.on('end', () => this.finish(new Error('the store ended the subscription')));
    subscription.on('close', () => this.finish(new Error('the subscription was closed')));
  }

  /** For the client's callback, which must never throw: the client would stop without a word. */
  readonly checkpointReached = (commit: bigint): void => this.hint({ checkpoint: commit });

  /** Ends by `signal`, or by throwing: an end that the server brings about is a fault. */
  async *deliveries(signal?: AbortSignal): AsyncGenerator<Delivery, void, undefined> {
    const stop = () => this.wake();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      while (!isAborted(signal)) {
        const batch = this.takeAll();
        for (const arrived of batch) {
          if (isAborted(signal)) return;
          yield deliveryOf(arrived);
        }
        if (batch.length > 0) continue;
        if (this.end) throw faultOf(this.end.fault);
        await this.arrival(signal);
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      // Where the call never came about there is nothing to cancel, and why was told above.
      this.subscription.unsubscribe().catch(() => undefined);
    }
  }

  private take(resolved: AllStreamResolvedEvent): void {
    this.received += 1;
    this.arrived.push({ resolved });
    while (this.held[0] !== undefined && this.held[0].after <= this.received) {
      this.push(this.held[0].hint);
      this.held.shift();
    }
    if (this.arrived.length >= MOST_WAITING) this.subscription.pause();
    this.wake();
  }

  private hint(hint: Hint): void {
    const after = this.received + this.subscription.readableLength;
    if (after > this.received) this.held.push({ after, hint });
    else this.push(hint);
    this.wake();
  }

  /** Of checkpoints in a row only the last says anything. */
  private push(hint: Hint): void {
    const last = this.arrived.at(-1);
    if (last !== undefined && 'checkpoint' in last && 'checkpoint' in hint) this.arrived.pop();
    this.arrived.push(hint);
  }

  private takeAll(): readonly Arrived[] {
    const { arrived } = this;
    if (arrived.length === 0) return arrived;
    this.arrived = [];
    if (this.subscription.isPaused()) this.subscription.resume();
    return arrived;
  }

  private arrival(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.arrived.length > 0 || this.end || isAborted(signal)) resolve();
    });
  }

  private finish(fault: unknown): void {
    this.end ??= { fault };
    this.wake();
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function deliveryOf(arrived: Arrived): Delivery {
  if (!('resolved' in arrived)) return arrived;
  const { event } = arrived.resolved;
  // Only a link has none, one to an event that is gone; links live in streams that nobody asks for.
  if (event === undefined) throw new TypeError('A subscription gave a link to an absent event');
  return { event: fromRecorded(event, event.position.commit) };
}

function faultOf(fault: unknown): unknown {
  const isEnd = fault instanceof Error && fault.constructor === Error;
  return isEnd || isOutage(fault) ? new StoreUnavailableError('a subscription', fault) : fault;
}
