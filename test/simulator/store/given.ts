// What the tests of the simulated store begin with: a schedule, a store on it, and instances that
// reach it through the real `EventStore`.
import { EventStore } from '../../../src/event-store/event-store.js';
import type { NewEvent, StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Time } from '../../../src/waiting/time.js';
import { type Randomness, SeededRandomness } from '../randomness.js';
import { Life, Schedule } from '../schedule.js';
import { settle } from '../settle.js';
import { timeOf } from '../simulated-time.js';
import { SimulatedStore, type SimulatedStoreOptions } from './simulated-store.js';

export type StoreSettings = Omit<SimulatedStoreOptions, 'schedule' | 'randomness'>;

export interface Reaching {
  readonly life: Life;
  readonly time: Time;
  readonly events: EventStore;
}

export class GivenStore {
  readonly schedule: Schedule;
  readonly store: SimulatedStore;
  private readonly randomness: Randomness;
  private count = 0;

  constructor(seed: number, settings: StoreSettings = {}) {
    this.randomness = SeededRandomness.of(seed);
    this.schedule = new Schedule(this.randomness.fork('order'), settle);
    const randomness = this.randomness.fork('store');
    this.store = new SimulatedStore({ ...settings, schedule: this.schedule, randomness });
  }

  /** One more instance, with a connection of its own. */
  instance(): Reaching {
    this.count += 1;
    const life = new Life(`instance ${this.count}`);
    const time = timeOf(this.schedule, life, this.randomness.fork(life.name));
    return { life, time, events: new EventStore(this.store.accessFor(life), time) };
  }

  /** An event as the service writes it. */
  event(text = ''): NewEvent {
    const occurredAt = new Date(this.schedule.clockOf(new Life('writer'))).toISOString();
    const id = this.randomness.newId();
    return { id, type: 'Noted', data: { text }, metadata: { schemaVersion: 1, occurredAt } };
  }

  /** Takes steps until the promise settles. @throws what it rejects with, or when no step is left */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    const progress = { isSettled: false };
    const settled = () => (progress.isSettled = true);
    promise.then(settled, settled);
    await settle();
    while (!progress.isSettled) {
      if (!(await this.schedule.next())) throw new Error('Nothing more happens');
    }
    return promise;
  }

  /** Takes all steps of so many virtual milliseconds. */
  async pass(ms: number): Promise<void> {
    await settle();
    const untilMs = this.schedule.nowMs + ms;
    while (await this.schedule.next(untilMs));
  }

  /** Everything that a read gives. */
  all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
    return this.until(collected(items));
  }

  /** The committed log, as the run sees it. */
  get log(): readonly StoredEvent[] {
    return this.store.committedAfter(0n);
  }
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
