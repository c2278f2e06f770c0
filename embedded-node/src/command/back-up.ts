// `embedded-node backup`. The owner of the log makes it: a running node, on request over HTTP, or
// else this command.
import { resolve } from 'node:path';
import { logPath, ownLogFile } from '../log/log-file.js';
import { backUp } from '../operations/backup.js';
import { requestBackup } from '../operations/backup-request.js';
import { readHttpAddress } from '../operations/http-address.js';
import { verifyLog } from '../operations/verify.js';
import { CommandFailure, EXIT } from './exit.js';
import { print } from './print.js';
import { LogInUseError, BackupExistsError } from '../errors.js';

export async function runBackup(options: {
  readonly data: string;
  readonly to: string;
}): Promise<number> {
  const to = resolve(options.to);
  try {
    await backUpWherever(options.data, to);
  } catch (error) {
    if (error instanceof BackupExistsError) throw new CommandFailure(EXIT.usage, error.message);
    throw error;
  }
  const { events, streams, findings } = verifyLog(to);
  for (const finding of findings) await print(`WRONG  ${finding}`);
  if (findings.length > 0) return EXIT.no;
  await print(`${to} has all ${events} events of ${streams} streams.`);
  return EXIT.done;
}

async function backUpWherever(dataDir: string, to: string): Promise<void> {
  try {
    await backUpStopped(dataDir, to);
  } catch (error) {
    if (!(error instanceof LogInUseError)) throw error;
    const address = readHttpAddress(dataDir);
    if (address === undefined) {
      throw new CommandFailure(
        EXIT.unavailable,
        `${error.message}, which has no HTTP port to be asked for a backup`,
      );
    }
    await requestBackup(address, to);
  }
}

async function backUpStopped(dataDir: string, to: string): Promise<void> {
  const file = ownLogFile(logPath(dataDir));
  try {
    await backUp(file, to);
  } finally {
    file.close();
  }
}
