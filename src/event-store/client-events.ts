// Between the client's records and ours: revisions are numbers, times are milliseconds, and the
// metadata is checked before anybody relies on it.
import { jsonEvent, type EventData, type RecordedEvent } from '@eventstore/db-client';
import { MalformedMetadataError } from './errors.js';
import type { EventMetadata, NewEvent, StoredEvent } from './stored-event.js';

export function toClientEvent({ id, type, data, metadata }: NewEvent): EventData {
  return jsonEvent({ id, type, data: { ...data }, metadata: { ...metadata } });
}

/**
 * @param position the commit position, where the record itself does not carry one
 * @throws MalformedMetadataError
 */
export function fromRecorded(record: RecordedEvent, position?: bigint): StoredEvent {
  const { streamId: stream, id, type, data } = record;
  // The client types a revision as bigint but gives a number for some answers.
  const revision = Number(record.revision);
  return {
    stream,
    id,
    type,
    revision,
    position: position ?? record.position?.commit ?? 0n,
    data,
    metadata: metadataOf(stream, revision, record.metadata),
    recordedAt: record.created.getTime(),
  };
}

function metadataOf(stream: string, revision: number, metadata: unknown): EventMetadata {
  if (typeof metadata !== 'object' || metadata === null) {
    throw new MalformedMetadataError(stream, revision, 'it is not a JSON object');
  }
  if (!('schemaVersion' in metadata) || typeof metadata.schemaVersion !== 'number') {
    throw new MalformedMetadataError(stream, revision, 'schemaVersion is not a number');
  }
  if (!('occurredAt' in metadata) || !isInstant(metadata.occurredAt)) {
    throw new MalformedMetadataError(stream, revision, 'occurredAt is not an instant');
  }
  return metadata as EventMetadata;
}

function isInstant(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
