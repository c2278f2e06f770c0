// The path of a data folder's log, for commands that need only that.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../service/config.js';
import { CommandFailure, EXIT } from './exit.js';

export function logFolder({ dataDir }: Config): string {
  return join(dataDir, 'log');
}

/** @throws CommandFailure when there is no log; the system's error for one that others may see */
export function demandLog(config: Config): void {
  if (config.eventStoreUrl !== undefined) return;
  if (statSync(logFolder(config), { throwIfNoEntry: false }) !== undefined) return;
  throw new CommandFailure(EXIT.unavailable, `There is no log in ${config.dataDir}`);
}
