// The source of a group: one stream by revisions, or `$all` by positions.
import type { LoggedEvent } from '../log/logged-event.js';
import { type EventTest, eventTest } from '../read/event-test.js';
import type { EventLog, EventPage } from './ports.js';
import {
  allStream,
  storedPlace,
  subscriptionId,
  type FilterDefinition,
  type GroupDefinition,
} from './settings.js';

/**
 * Groups must not count each other's checkpoints as progress; otherwise they would write
 * checkpoints for ever.
 */
function isOfGroups({ stream }: LoggedEvent): boolean {
  return stream.startsWith('$persistentsubscription-');
}

export interface GroupSource {
  /** @param isLive whether the reader had reached the end before */
  read(from: bigint, maxCount: number, isLive: boolean): EventPage;
  /** Whether a group may start there. */
  isStart(place: bigint): boolean;
  /** The start of a reader that wants only new events. */
  end(): bigint;
  placeOf(event: LoggedEvent): bigint;
  /** A place in the notation of checkpoints and `GetInfo`. */
  format(place: bigint): string;
  parse(text: string): bigint | undefined;
}

class StreamGroupSource implements GroupSource {
  readonly #log: EventLog;
  readonly #stream: string;

  constructor(log: EventLog, stream: string) {
    this.#log = log;
    this.#stream = stream;
  }

  read(from: bigint, maxCount: number, isLive: boolean): EventPage {
    return this.#log.readStream(this.#stream, from, maxCount, isLive);
  }

  isStart(): boolean {
    return true;
  }

  end(): bigint {
    return this.#log.nextRevision(this.#stream);
  }

  placeOf(event: LoggedEvent): bigint {
    return BigInt(event.revision);
  }

  format(place: bigint): string {
    return place.toString();
  }

  parse(text: string): bigint | undefined {
    return storedPlace(text);
  }
}

class AllGroupSource implements GroupSource {
  readonly #log: EventLog;
  readonly #test: EventTest | undefined;
  readonly #own: string;

  constructor(log: EventLog, id: string, filter: FilterDefinition | undefined) {
    this.#log = log;
    this.#test = filter && eventTest(filter);
    // The group's own checkpoints must not count as events, or each would cause the next.
    this.#own = `$persistentsubscription-${id}-`;
  }

  /** Throws the status of a filter that takes too long. */
  read(from: bigint, maxCount: number): EventPage {
    const page = this.#log.readAll(from, maxCount);
    const others = page.events.filter(({ stream }) => !stream.includes(this.#own));
    if (this.#test === undefined) return { ...page, events: others };
    this.#test.testAhead(others);
    const events = others.filter(this.#test.wants);
    const last = events.at(-1);
    const behind = page.events.slice(last === undefined ? 0 : page.events.indexOf(last) + 1);
    return { ...page, events, skipped: behind.filter((event) => !isOfGroups(event)).length };
  }

  isStart(place: bigint): boolean {
    return this.#log.isStart(place);
  }

  end(): bigint {
    return this.#log.end();
  }

  placeOf(event: LoggedEvent): bigint {
    return BigInt(event.position);
  }

  format(place: bigint): string {
    return `C:${place.toString()}/P:${place.toString()}`;
  }

  parse(text: string): bigint | undefined {
    const commit = /^C:(\d+)\/P:\d+$/.exec(text)?.[1];
    return commit === undefined ? undefined : storedPlace(commit);
  }
}

/** The source of a group. Throws a `SyntaxError` for an invalid regular expression. */
export function createSource(log: EventLog, definition: GroupDefinition): GroupSource {
  const { source, filter } = definition;
  return source === allStream
    ? new AllGroupSource(log, subscriptionId(definition), filter)
    : new StreamGroupSource(log, source);
}
