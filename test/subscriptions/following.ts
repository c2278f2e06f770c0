// Follows a log in a test, and tells when something that the test waits for has happened.
import { once, EventEmitter } from 'node:events';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import {
  type FollowedLog,
  runSubscription,
  type SubscriptionOptions,
} from '../../src/subscriptions/subscription.js';

type Overrides = Partial<
  Pick<SubscriptionOptions, 'after' | 'handle' | 'types' | 'paceMs' | 'lasting'>
>;

export class Following {
  readonly batches: (readonly StoredEvent[])[] = [];
  readonly states: string[] = [];
  readonly faults: unknown[] = [];
  /** Where the place moved without a wanted event. */
  readonly passed: bigint[] = [];
  readonly done: Promise<void>;
  private readonly stopping = new AbortController();
  private readonly happened = new EventEmitter();

  constructor(log: FollowedLog, { handle, after = -1n, paceMs = 0, ...rest }: Overrides = {}) {
    this.done = runSubscription({
      store: log,
      prefixes: ['cart-'],
      ...rest,
      onPassed: ({ position }) => {
        this.passed.push(position);
        this.happened.emit('something');
      },
      after,
      paceMs,
      handle: async (batch) => {
        await handle?.(batch);
        this.batches.push(batch);
        this.happened.emit('something');
      },
      onState: (state) => {
        if (this.states.at(-1) !== state) this.states.push(state);
        this.happened.emit('something');
      },
      onFault: (fault) => {
        this.faults.push(fault);
        this.happened.emit('something');
      },
      signal: this.stopping.signal,
    });
    // A test that expects its end asks `done` for it; others must not be ended by it.
    this.done.catch(() => undefined);
  }

  get positions(): bigint[] {
    return this.batches.flat().map(({ position }) => position);
  }

  /** Resolves once the condition holds, looked at whenever something happens. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.happened, 'something');
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }
}
