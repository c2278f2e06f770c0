// Converts a row of the log to an event and verifies its checksum.
import type { SQLOutputValue } from 'node:sqlite';
import { checksumOf } from './checksum.js';
import type { LoggedEvent } from './logged-event.js';
import { DamageFound } from '../errors.js';

export type Row = Record<string, SQLOutputValue>;

/** An event with its own checksum and the previous event's. */
export interface StoredEvent {
  readonly event: LoggedEvent;
  readonly before: number;
  readonly sum: number;
}

/** @throws DamageFound when the row does not match its checksum */
export function soundEventOf(row: Row): StoredEvent {
  const event = eventOf(row);
  const before = Number(row['before']);
  const sum = Number(row['sum']);
  if (checksumOf(event, before) !== sum) {
    throw new DamageFound(`${placeOf(event)}: its checksum says that it was changed`);
  }
  return { event, before, sum };
}

/** Describes an event's place, for people. */
export function placeOf({ stream, revision, position }: LoggedEvent): string {
  return `stream ${stream}, revision ${revision}, position ${position} (row ${position} of events)`;
}

/** Unverified: for rows of older formats, and to name the place of damage. */
export function eventOf(row: Row): LoggedEvent {
  return {
    position: Number(row['position']),
    stream: String(row['stream']),
    revision: String(row['revision']),
    id: String(row['id']),
    type: String(row['type']),
    isJson: row['json'] === 1,
    createdMs: Number(row['created']),
    data: bytesOf(row['data']),
    metadata: bytesOf(row['meta']),
  };
}

const NO_BYTES = new Uint8Array();

function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : NO_BYTES;
}
