// A log in memory that stores what it is told to, with ids, times and hash chains as the service
// makes them, and gives back folds of it.
import type { Aggregate } from '../../../src/folds/aggregate-store.js';
import { evolved } from '../../../src/folds/folding.js';
import { chained, NO_CHAIN } from '../../../src/event-store/chain.js';
import { readMetadata } from '../../../src/event-store/event-content.js';
import { recorded } from '../../../src/event-store/recorded.js';
import {
  occurredAt,
  type EventMetadata,
  type StoredEvent,
} from '../../../src/event-store/stored-event.js';

/** Positions of a real log have gaps. */
const POSITION_STEP = 7n;

export class ModelLog {
  readonly events: StoredEvent[] = [];
  private ids = 0;

  constructor(private readonly onStored: (event: StoredEvent) => void) {}

  streamOf(stream: string): readonly StoredEvent[] {
    return this.events.filter((event) => event.stream === stream);
  }

  /** @throws UnreadableEventError */
  fold<State, Command, Event, Denial>(
    { decider, codec }: Aggregate<State, Command, Event, Denial>,
    stream: string,
    events = this.streamOf(stream),
  ): State {
    return events.reduce((state, stored) => {
      const event = recorded(codec, stored);
      return event === undefined ? state : evolved(decider, state, event, stored);
    }, decider.initial);
  }

  /** @param at when it occurs; never before what is in the stream already */
  append<State, Command, Event, Denial>(
    { codec }: Aggregate<State, Command, Event, Denial>,
    stream: string,
    events: readonly Event[],
    at: number,
    command: Pick<EventMetadata, 'commandId' | 'commandHash'> = {},
  ): void {
    const own = this.streamOf(stream);
    const last = own.at(-1);
    const instant = own.reduce((latest, event) => Math.max(latest, occurredAt(event)), at);
    const chain = own.findLast(({ metadata }) => metadata.chain !== undefined)?.metadata.chain;
    const fresh = events.map((event) => {
      const { type, schemaVersion, data } = codec.encode(event);
      const metadata = { schemaVersion, occurredAt: new Date(instant).toISOString(), ...command };
      return { id: this.freshId(), type, data, metadata };
    });
    const end = last === undefined ? NO_CHAIN : { revision: last.revision, chain };
    for (const event of chained(stream, end, fresh)) this.add(stream, event, at);
  }

  /** Whatever somebody else writes. */
  appendForeign(
    stream: string,
    event: { readonly id: string; readonly type: string; readonly data: unknown },
    metadata: unknown,
    at: number,
  ): void {
    const bytes = Buffer.from(metadata === undefined ? '' : JSON.stringify(metadata));
    const { metadata: usable, problem, stored } = readMetadata(bytes, at);
    const flaw = problem === undefined ? {} : { flaw: { problem, metadata: stored } };
    this.add(stream, { ...event, metadata: usable, ...flaw }, at);
  }

  private add(
    stream: string,
    event: Pick<StoredEvent, 'id' | 'type' | 'data' | 'metadata'>,
    recordedAt: number,
  ): void {
    const revision = this.streamOf(stream).length;
    const position = POSITION_STEP * BigInt(this.events.length + 1);
    const stored = { ...event, stream, revision, position, recordedAt };
    this.events.push(stored);
    this.onStored(stored);
  }

  private freshId(): string {
    this.ids += 1;
    return `00000000-0000-4000-8000-${String(this.ids).padStart(12, '0')}`;
  }
}
