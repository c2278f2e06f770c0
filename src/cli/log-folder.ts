// Where the log of a data folder is, for commands that need to know no more of it than that.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../service/config.js';
import { CommandFailure, EXIT } from './exit.js';

export function logFolder({ dataDir }: Config): string {
  return join(dataDir, 'log');
}

/** @throws CommandFailure where there is none */
export function demandLog(config: Config): void {
  if (config.eventStoreUrl !== undefined || existsSync(logFolder(config))) return;
  throw new CommandFailure(EXIT.unavailable, `There is no log in ${config.dataDir}`);
}
