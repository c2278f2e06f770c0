// Backup: copies a log to one file while it is written. It contains everything that was
// acknowledged before it started. The file exists completely or not at all.
import { existsSync, linkSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { BackupExistsError, BackupFailedError } from '../errors.js';
import { syncToDisk } from '../log/disk.js';
import { removeUnfinished } from '../log/log-copy.js';
import { provedEvents } from '../log/sound-events.js';
import { isSummed } from './verify.js';
import { reasonOf } from '../reason-of.js';

/** Pages copied in one step; the node waits for at most one step. */
const PAGES_A_STEP = 256;

/** Even busy writers pause now and then, so this many attempts are enough. */
const MAX_ATTEMPTS = 1_000;

/** Only the owner of a log copies it, and two that share an unfinished file would break both. */
const underway = new Set<string>();

/**
 * @param file the log's database, owned by this process
 * @param to path of the backup
 * @throws BackupExistsError, BackupFailedError
 */
export async function backUp(file: DatabaseSync, to: string): Promise<void> {
  if (existsSync(to)) throw new BackupExistsError(`${to} exists already`);
  if (underway.has(to)) throw new BackupFailedError(`${to} is being made already`);
  underway.add(to);
  const part = `${to}.part`;
  try {
    removeUnfinished(part);
    await copy(file, part);
    await prove(part);
    syncToDisk(part);
    name(part, to);
    syncToDisk(dirname(to));
  } catch (error) {
    if (error instanceof BackupExistsError) throw error;
    const reason = reasonOf(error);
    throw new BackupFailedError(`${to} cannot be made: ${reason}`, { cause: error });
  } finally {
    removeUnfinished(part);
    underway.delete(to);
  }
}

/**
 * A step that meets a write waits, but Node reports the very first one as a failure with code 0,
 * which SQLite does not have. Nothing has been copied then.
 */
async function copy(file: DatabaseSync, part: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await backup(file, part, { rate: PAGES_A_STEP });
      return;
    } catch (error) {
      if (codeOf(error) !== 0 || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'errcode' in error
    ? error.errcode
    : undefined;
}

/** Events verified in one step; the node waits for at most one step. */
const EVENTS_A_STEP = 1_000;

/** Verifies a single file without a WAL, every page and every event. */
async function prove(part: string): Promise<void> {
  const copy = new DatabaseSync(part);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
    const finding = copy.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (finding !== 'ok') throw new Error(`The copy is damaged: ${String(finding)}`);
    if (!isSummed(copy)) return;
    let events = 0;
    for (const found of provedEvents(copy)) {
      if ('damage' in found) throw new Error(`The log is damaged: ${found.damage}`);
      events += 1;
      if (events % EVENTS_A_STEP === 0) await othersTurn();
    }
  } finally {
    copy.close();
  }
}

/** Unlike a rename, a link never replaces a file that was created in the meantime. */
function name(part: string, to: string): void {
  try {
    linkSync(part, to);
  } catch (error) {
    if (existsSync(to)) throw new BackupExistsError(`${to} exists already`, { cause: error });
    throw error;
  }
}
