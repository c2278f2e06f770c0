// Chooses the events that a projection handles, and gives them the form that its handlers see.
import { jsonObjectOf } from '../log/json-object.js';
import type { LoggedEvent } from '../log/logged-event.js';
import { DELETED_TB, isMetadataStream, metadataOf } from '../log/stream-metadata.js';
import type { Input, RawEvent, SourceDefinition } from '../sandbox/protocol.js';
import type { Position } from './position.js';
import type { SourceEvent } from './source.js';

/** What caused a change or an emitted event. */
export interface EventCause {
  readonly position: Position;
  /** Places in the log: of the event, and of the link by which it came. */
  readonly places: readonly number[];
  readonly eventId: string;
  readonly correlationId: string | undefined;
}

export interface Incoming {
  readonly input: Input;
  readonly cause: EventCause;
}

const LINK_TYPE = '$>';

export class EventChoice {
  private readonly events: ReadonlySet<string>;

  constructor(private readonly sources: SourceDefinition) {
    this.events = new Set(sources.events);
  }

  /** Undefined for an event that the projection does not handle. */
  incoming({ record, event, after }: SourceEvent): Incoming | undefined {
    const { handlesDeletedNotifications, allStreams } = this.sources;
    const deleted = deletedBy(record, event);
    const input =
      deleted !== undefined && (handlesDeletedNotifications || !allStreams)
        ? this.deletion(deleted)
        : event && this.raw(record, event);
    if (input === undefined) return undefined;
    return { input, cause: causeOf(record, event, after) };
  }

  private deletion(partition: string): Input | undefined {
    const { handlesDeletedNotifications, byStreams, allStreams } = this.sources;
    if (!handlesDeletedNotifications || !byStreams) return undefined;
    return allStreams && partition.startsWith('$') ? undefined : { deleted: true, partition };
  }

  private raw(record: LoggedEvent, event: LoggedEvent): RawEvent | undefined {
    const { allEvents, byStreams } = this.sources;
    if (!this.isOfSource(record, event)) return undefined;
    if (!allEvents && !this.events.has(event.type)) return undefined;
    const bodyRaw = textOf(event.data);
    if (event.isJson && (bodyRaw === null || !isJson(bodyRaw))) return undefined;
    const linkMetadataRaw = record === event ? null : textOf(record.metadata);
    return {
      streamId: event.stream,
      sequenceNumber: Number(event.revision),
      eventType: event.type,
      eventId: event.id,
      isJson: event.isJson,
      bodyRaw,
      metadataRaw: textOf(event.metadata),
      linkMetadataRaw,
      category: this.sources.categories[0] ?? null,
      partition: byStreams ? streamPartition(record, event) : '',
    };
  }

  private isOfSource(record: LoggedEvent, event: LoggedEvent): boolean {
    const { allStreams, includeLinks, categories } = this.sources;
    if (categories.length > 0) return record !== event;
    if (!allStreams) return true;
    const { stream, type } = event;
    if (type === LINK_TYPE && !includeLinks) return false;
    return !(isMetadataStream(stream) ? stream.slice(2) : stream).startsWith('$');
  }
}

/** The stream that an event ends, itself or as the target of a link. */
function deletedBy(record: LoggedEvent, event: LoggedEvent | undefined): string | undefined {
  if (record.type === LINK_TYPE && record !== event) {
    const link = jsonObjectOf(record.metadata);
    if (link?.['$deleted'] === undefined) return undefined;
    const original = link['$o'];
    if (typeof original === 'string') return original;
  }
  if (event?.type === '$streamDeleted') return event.stream;
  if (event?.type !== '$metadata' || !isMetadataStream(event.stream)) return undefined;
  return metadataOf(event).truncateBefore === DELETED_TB ? event.stream.slice(2) : undefined;
}

/** A link of a category tells the stream in which its event was found. */
function streamPartition(record: LoggedEvent, event: LoggedEvent): string {
  const original = record === event ? undefined : jsonObjectOf(record.metadata)?.['$o'];
  if (typeof original === 'string') return original;
  return isMetadataStream(event.stream) ? event.stream.slice(2) : event.stream;
}

function causeOf(
  record: LoggedEvent,
  event: LoggedEvent | undefined,
  position: Position,
): EventCause {
  const source = event ?? record;
  const correlationId = source.isJson
    ? jsonObjectOf(source.metadata)?.['$correlationId']
    : undefined;
  return {
    position,
    places: record === event ? [record.position] : [record.position, source.position],
    eventId: source.id,
    correlationId: typeof correlationId === 'string' ? correlationId : undefined,
  };
}

function textOf(bytes: Uint8Array): string | null {
  return bytes.length === 0
    ? null
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
