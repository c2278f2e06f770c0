// Judges a soak by what is left of it: the history in its file, the log, and the rows.
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import type { ReadModelPlace } from '../../src/read-models/open.js';
import type { HistoryRecord } from '../simulator/history.js';
import { type Breach, Judge, type Law, type Setting } from '../simulator/laws/law.js';
import { readLog, readRows } from './gather.js';

export const HISTORY = 'history.ndjson';
export const LOG = 'log.ndjson';

export interface Judgement {
  readonly breaches: readonly Breach[];
  /** In the log that the laws have read. */
  readonly events: number;
  readonly carts: number;
  readonly orders: number;
}

export interface WhatIsLeft {
  readonly laws: readonly Law[];
  readonly setting: Setting;
  /** Where the history is; the log is written there, too, when a law is broken. */
  readonly folder: string;
  /** Ids of events that others may have written. */
  readonly foreign: readonly string[];
  readonly connectionString: string;
  /** Databases of read models, by the names that the setting has for them. */
  readonly places: readonly { readonly name: string; readonly place: ReadModelPlace }[];
}

/** The log first, so that every record of the history is held against all of it. */
export async function judge(left: WhatIsLeft): Promise<Judgement> {
  const { laws, setting, folder, foreign, connectionString, places } = left;
  const judging = new Judge(laws, setting);
  const log = await readLog(connectionString);
  for (const eventId of foreign) judging.foretold(eventId);
  for (const event of log) judging.stored(event);
  // By lines: a long history need not fit into memory.
  const lines = createInterface(createReadStream(join(folder, HISTORY)));
  for await (const line of lines) judging.happened(JSON.parse(line) as HistoryRecord);
  for (const { name, place } of places) {
    for (const commit of await readRows(name, place, setting.pricing)) judging.committed(commit);
  }
  const breaches = judging.ended();
  if (breaches.length > 0) await keep(log, join(folder, LOG));
  const of = (type: string) => log.filter((event) => event.type === type).length;
  return { breaches, events: log.length, carts: of('CartOpened'), orders: of('OrderPlaced') };
}

async function keep(log: readonly StoredEvent[], path: string): Promise<void> {
  const file = createWriteStream(path);
  for (const event of log) {
    file.write(`${JSON.stringify({ ...event, position: String(event.position) })}\n`);
  }
  file.end();
  await once(file, 'finish');
}
