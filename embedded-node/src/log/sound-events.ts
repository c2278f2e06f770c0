// The undamaged events of a log from its start: the part that a repair can keep. It uses no index,
// so damage of an index costs no event.
import type { DatabaseSync } from 'node:sqlite';
import { NOTHING_BEFORE } from './checksum.js';
import type { CopiedEvent } from './log-copy.js';
import { POSITION_STEP } from './log-format.js';
import {
  CHECKED_COLUMNS,
  NEXT_COLUMN,
  placeOf,
  prepareRows,
  type Row,
  soundEventOf,
  streamIdOf,
} from './stored-row.js';
import { DamageFound } from '../errors.js';

const ROWS = `
  SELECT ${CHECKED_COLUMNS}, s.name
  FROM events e NOT INDEXED LEFT JOIN streams s NOT INDEXED ON s.id = e.sid ORDER BY e.pos`;

/** An undamaged event, or a description of the damage in its place. */
type Found = { readonly copied: CopiedEvent } | { readonly damage: string };

/**
 * In the order of positions, up to the end of the log.
 *
 * @throws DamageFound at the first damage, or SQLite's error for an unreadable page
 */
export function* soundEvents(file: DatabaseSync): Generator<CopiedEvent> {
  for (const found of provedEvents(file)) {
    if ('damage' in found) throw new DamageFound(found.damage);
    yield found.copied;
  }
}

/**
 * Continues after damage.
 *
 * @throws SQLite's error for an unreadable page
 */
export function* provedEvents(file: DatabaseSync): Generator<Found> {
  const holes = holesIn(file);
  let expected = POSITION_STEP;
  let chained: number | undefined = NOTHING_BEFORE;
  for (const row of prepareRows(file, ROWS).iterate()) {
    const position = Number(row[0]);
    if (position !== expected) {
      if (holes.get(expected) !== position - POSITION_STEP)
        yield { damage: gap(expected, position) };
      chained = undefined;
    }
    const found = provedEvent(row, chained);
    yield found;
    chained = 'copied' in found ? found.copied.sum : undefined;
    expected = position - (position % POSITION_STEP) + POSITION_STEP;
  }
}

function provedEvent(row: Row, chained: number | undefined): Found {
  const name = row[NEXT_COLUMN];
  const streamId = streamIdOf(row);
  if (typeof name !== 'string') {
    const stream = `stream number ${streamId}`;
    return { damage: `position ${String(row[0])}: belongs to ${stream}, which is not there` };
  }
  try {
    const stored = soundEventOf(row, name);
    if (chained === undefined || stored.before === chained) {
      return { copied: { ...stored, streamId } };
    }
    return { damage: `${placeOf(stored.event)}: the event before it is another than it was` };
  } catch (error) {
    if (!(error instanceof DamageFound)) throw error;
    return { damage: error.message };
  }
}

function gap(expected: number, position: number): string {
  if (position % POSITION_STEP !== 0) return `position ${position}: no event can begin there`;
  const rest = position - expected > POSITION_STEP ? `, nor any up to ${position}` : '';
  return `position ${expected} (row ${expected} of events): no event is there${rest}`;
}

/** The last position of each range of scavenged events, by the first one. */
export function holesIn(file: DatabaseSync): ReadonlyMap<number, number> {
  const rows = file.prepare('SELECT first, last FROM holes').all();
  return new Map(rows.map(({ first, last }) => [Number(first), Number(last)]));
}
