// Backup: a log copied into one file while it goes on being written. What was acknowledged before
// it began is in it; a file of that name is either all of it or not there.
import { existsSync, linkSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { BackupExistsError, BackupFailedError } from '../errors.js';
import { syncToDisk } from '../log/disk.js';
import { provedEvents } from '../log/sound-events.js';
import { isSummed } from './verify.js';
import { reasonOf } from '../reason-of.js';

/** Pages copied at once: the node waits for no more than these. */
const PAGES_A_STEP = 256;

/** However busy the writers are, now and then they wait for something to write. */
const MAX_ATTEMPTS = 1_000;

/**
 * @param file of the log, owned by this process
 * @param to where the backup is to be
 * @throws BackupExistsError, BackupFailedError
 */
export async function backUp(file: DatabaseSync, to: string): Promise<void> {
  if (existsSync(to)) throw new BackupExistsError(`${to} exists already`);
  const part = `${to}.part`;
  rmSync(part, { force: true });
  try {
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
    rmSync(part, { force: true });
  }
}

/**
 * A step that meets a write waits for its turn, but Node takes the very first one for a failure, of
 * which SQLite knows nothing: its code is 0. Nothing has been copied by then.
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

/** Events proved at once: the node waits for no more than these. */
const EVENTS_A_STEP = 1_000;

/** One file without a WAL, sound to its last page and its last event. */
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

/** Unlike a rename, this never replaces what somebody has put there meanwhile. */
function name(part: string, to: string): void {
  try {
    linkSync(part, to);
  } catch (error) {
    if (existsSync(to)) throw new BackupExistsError(`${to} exists already`, { cause: error });
    throw error;
  }
}
