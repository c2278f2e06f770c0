// Converts a row of the log to an event and verifies its checksum.
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { checksumOf } from './checksum.js';
import type { LoggedEvent } from './logged-event.js';
import { DamageFound } from '../errors.js';

/** The columns of an event, `e` being the table, in the order that a row has them. */
export const EVENT_COLUMNS = `e.pos, e.sid, CAST(e.rev AS TEXT), e.eid, e.type, e.json, e.created,
  e.data, e.meta`;

/** Those of a format with checksums. */
export const CHECKED_COLUMNS = `${EVENT_COLUMNS}, e.before, e.sum`;

/** The columns, and after them what else was selected. */
export type Row = readonly SQLOutputValue[];

const BEFORE = 9;
const SUM = 10;
/** The first column after the checked ones. */
export const NEXT_COLUMN = 11;

export interface RowStatement {
  get(...values: readonly SQLInputValue[]): Row | undefined;
  iterate(...values: readonly SQLInputValue[]): Iterable<Row>;
}

/** A row as an array: making an object of each costs a quarter of a read. */
export function prepareRows(file: DatabaseSync, sql: string): RowStatement {
  const statement = file.prepare(sql);
  statement.setReturnArrays(true);
  // The declared type knows only objects.
  return statement as unknown as RowStatement;
}

/** An event with its own checksum and the previous event's. */
export interface StoredEvent {
  readonly event: LoggedEvent;
  readonly before: number;
  readonly sum: number;
}

/** @throws DamageFound when the row does not match its checksum */
export function soundEventOf(row: Row, stream: string): StoredEvent {
  const event = eventOf(row, stream);
  const before = Number(row[BEFORE]);
  const sum = Number(row[SUM]);
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
export function eventOf(row: Row, stream: string): LoggedEvent {
  const [position, , revision, id, type, json, created, data, metadata] = row;
  return {
    position: Number(position),
    stream,
    revision: String(revision),
    id: String(id),
    type: String(type),
    isJson: json === 1,
    createdMs: Number(created),
    data: bytesOf(data),
    metadata: bytesOf(metadata),
  };
}

/** The number of its stream. */
export function streamIdOf(row: Row): number {
  return Number(row[1]);
}

const NO_BYTES = new Uint8Array();

function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : NO_BYTES;
}
