// Repair: keeps the undamaged part of a log. The events up to a position become a new log; the
// damaged log is kept aside unchanged, with its WAL.
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncToDisk } from '../log/disk.js';
import { scavengedIn } from '../log/log-contents.js';
import { type CopiedEvent, putInPlace, removeUnfinished, writeLog } from '../log/log-copy.js';
import { logPath, openError } from '../log/log-file.js';
import { type LoggedEvent, TOMBSTONE_REVISION } from '../log/logged-event.js';
import { soundEvents } from '../log/sound-events.js';
import { witnessPath } from '../log/witness.js';
import { type SoundPart, soundPart, verifyLog } from './verify.js';
import { LogFileError, RepairRefusedError } from '../errors.js';
import { reasonOf } from '../reason-of.js';

export interface Repaired {
  readonly events: number;
  readonly position: number;
  /** Path of the damaged log. */
  readonly aside: string;
}

/**
 * @param to position of the last event to keep
 * @throws RepairRefusedError, LogInUseError, LogFileError; the log is then unchanged
 */
export function repairLog(dataDir: string, to: number): Repaired {
  const path = logPath(dataDir);
  const { findings } = verifyLog(path);
  if (findings.length === 0) throw new RepairRefusedError(`${path} is not damaged`);
  const beside = `${path}.repaired`;
  let file: DatabaseSync | undefined;
  try {
    // The connection is read-only, and while it is open no node can start on the log.
    file = new DatabaseSync(path, { readOnly: true });
    file.exec('PRAGMA busy_timeout = 0; BEGIN; SELECT count(*) FROM sqlite_schema');
    demandSound(soundPart(file), to);
    const events = copyUpTo(file, beside, to);
    const aside = setAside(path);
    putInPlace(beside, path);
    if (existsSync(witnessPath(path))) renameSync(witnessPath(path), witnessPath(aside));
    syncToDisk(dirname(path));
    return { events, position: to, aside };
  } catch (error) {
    const meant = openError(error, path);
    if (meant instanceof Error && meant !== error) throw meant;
    if (error instanceof RepairRefusedError || error instanceof LogFileError) throw error;
    const reason = reasonOf(error);
    throw new LogFileError(`${path} cannot be repaired: ${reason}`, { cause: error });
  } finally {
    file?.close();
    removeUnfinished(beside);
    rmSync(`${path}-shm`, { force: true });
  }
}

function demandSound({ position, findings }: SoundPart, to: number): void {
  if (to <= position) return;
  const [why = 'the log ends there'] = findings;
  throw new RepairRefusedError(`Events are sound up to position ${position} only: ${why}`);
}

/** Streams get new numbers: a stream whose first event is after the cut is not in the new log. */
function copyUpTo(file: DatabaseSync, beside: string, to: number): number {
  const numbers = new Map<number, number>();
  const names: { readonly id: number; readonly name: string }[] = [];
  const scavenged = new Map<number, number>();
  const before = scavengedIn(file);
  let projected = 0;
  for (const { event, streamId } of upTo(file, to)) {
    projected = Math.max(projected, causeOf(event));
    if (numbers.has(streamId)) continue;
    const id = names.length + 1;
    numbers.set(streamId, id);
    names.push({ id, name: event.stream });
    const first =
      event.revision === TOMBSTONE_REVISION ? before.get(streamId) : Number(event.revision);
    if (first !== undefined && first > 0) scavenged.set(id, first);
  }
  const numbered = function* () {
    for (const copied of upTo(file, to)) {
      yield { ...copied, streamId: numbers.get(copied.streamId) ?? copied.streamId };
    }
  };
  return writeLog(beside, { streams: names, events: numbered(), scavenged, projected });
}

function* upTo(file: DatabaseSync, to: number): Generator<CopiedEvent> {
  if (to === 0) return;
  for (const copied of soundEvents(file)) {
    if (copied.event.position > to) return;
    yield copied;
    if (copied.event.position === to) return;
  }
}

/** For a link of a system projection: the position of the event that caused it. */
function causeOf({ stream, type, metadata }: LoggedEvent): number {
  if (!stream.startsWith('$') || (type !== '$>' && type !== '$@')) return 0;
  const text = Buffer.from(metadata).toString('utf8');
  // Their ids are 1 to 5; a user's projection says nothing of how far they have come.
  if (!/"\$v":"[1-5]:/.test(text)) return 0;
  const [, position] = /"\$p":(\d+)/.exec(text) ?? [];
  return position === undefined ? 0 : Number(position);
}

/** A log exists under the old name at every moment, so that no node creates a new one. */
function setAside(path: string): string {
  let aside = `${path}.damaged`;
  for (let n = 2; existsSync(aside); n += 1) aside = `${path}.damaged-${n}`;
  linkSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  return aside;
}
