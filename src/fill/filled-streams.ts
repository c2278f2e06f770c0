// The appends of a filled log: encoded by the shop's own codecs and chained like its own events.
import type { Codec } from '../domain/codec.js';
import { type ChainEnd, chained, NO_CHAIN } from '../event-store/chain.js';
import type { ExpectedRevision } from '../event-store/append-message.js';
import type { NewEvent } from '../event-store/stored-event.js';
import type { SeededNumbers } from './numbers.js';

/** One append to one stream. */
export interface FilledAppend {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expectedRevision: ExpectedRevision;
}

export interface DatedEvent<Event> {
  readonly event: Event;
  /** When it occurred, in milliseconds since 1970. */
  readonly at: number;
}

/** Who did it, and by which command. */
export interface Cause {
  readonly actor: string;
  /** Default: a new id. */
  readonly commandId?: string;
  readonly commandHash?: string;
}

/** Events that wait in one stream until there are so many: one append is cheaper than many. */
const GATHERED = 40;

interface Gathering {
  end: ChainEnd;
  events: Omit<NewEvent, 'id'>[];
}

export class FilledStreams {
  /** Number of events so far, also of those that wait for their append. */
  made = 0;
  private readonly gathering = new Map<string, Gathering>();

  constructor(private readonly numbers: SeededNumbers) {}

  /** All events of a stream that gets no others. */
  whole<Event>(
    stream: string,
    codec: Codec<Event>,
    events: readonly DatedEvent<Event>[],
    cause: Cause,
  ): FilledAppend {
    const encoded = events.map((event) => this.encoded(codec, event, cause));
    const { append } = this.appendOf(stream, encoded, NO_CHAIN);
    return append;
  }

  /** Adds an event to a stream that gets more; answers with an append when enough have gathered. */
  *add<Event>(
    stream: string,
    codec: Codec<Event>,
    event: DatedEvent<Event>,
    cause: Cause,
  ): Generator<FilledAppend> {
    const known = this.gathering.get(stream) ?? { end: NO_CHAIN, events: [] };
    this.gathering.set(stream, known);
    known.events.push(this.encoded(codec, event, cause));
    if (known.events.length >= GATHERED) yield this.flushed(stream, known);
  }

  /** What still waits. */
  *rest(): Generator<FilledAppend> {
    for (const [stream, known] of this.gathering) {
      if (known.events.length > 0) yield this.flushed(stream, known);
    }
  }

  private flushed(stream: string, known: Gathering): FilledAppend {
    const { append, end } = this.appendOf(stream, known.events, known.end);
    known.end = end;
    known.events = [];
    return append;
  }

  private appendOf(
    stream: string,
    encoded: readonly Omit<NewEvent, 'id'>[],
    after: ChainEnd,
  ): { readonly append: FilledAppend; readonly end: ChainEnd } {
    const proposed = encoded.map((event) => ({ id: this.numbers.uuid(), ...event }));
    const events = chained(stream, after, proposed);
    const { revision } = after;
    return {
      append: { stream, events, expectedRevision: revision < 0 ? 'no_stream' : revision },
      end: { revision: revision + events.length, chain: events.at(-1)?.metadata.chain },
    };
  }

  private encoded<Event>(
    codec: Codec<Event>,
    { event, at }: DatedEvent<Event>,
    { actor, commandId, commandHash }: Cause,
  ): Omit<NewEvent, 'id'> {
    this.made += 1;
    const { type, schemaVersion, data } = codec.encode(event);
    const metadata = {
      schemaVersion,
      occurredAt: new Date(at).toISOString(),
      commandId: commandId ?? this.numbers.uuid(),
      ...(commandHash !== undefined && { commandHash }),
      actor: { kind: actor },
    };
    return { type, data, metadata };
  }
}
