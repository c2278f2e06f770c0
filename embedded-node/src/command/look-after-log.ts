// `embedded-node scavenge | verify | repair`: maintains the log of a stopped node.
import { logPath } from '../log/log-file.js';
import { repairLog } from '../operations/repair.js';
import { scavenge } from '../operations/scavenge.js';
import { verifyLog } from '../operations/verify.js';
import { CommandFailure, EXIT } from './exit.js';
import { print } from './print.js';
import { RepairRefusedError } from '../errors.js';

export async function runScavenge({ data }: { readonly data: string }): Promise<number> {
  const done = scavenge(data, Date.now());
  if (done.removedEvents === 0) {
    await print(`Nothing to remove: all ${done.events} events are in use.`);
    return EXIT.done;
  }
  await print(`Removed ${done.removedEvents} events of ${done.cutStreams} streams.`);
  const won = done.bytesBefore - done.bytesAfter;
  await print(`${done.events} events stay in ${done.bytesAfter} bytes: ${won} bytes less.`);
  return EXIT.done;
}

export async function runVerifyLog({ data }: { readonly data: string }): Promise<number> {
  const { events, streams, findings, soundTo } = verifyLog(logPath(data));
  for (const finding of findings) await print(`WRONG  ${finding}`);
  if (soundTo !== undefined) {
    await print(`Every event up to position ${soundTo} is as it was written.`);
    await print(`Restore a backup, or go on from there: repair --data ${data} --to ${soundTo}`);
  }
  if (findings.length > 0) return EXIT.no;
  await print(`All is well with ${events} events in ${streams} streams.`);
  return EXIT.done;
}

export async function runRepair({ data, to }: { data: string; to: string }): Promise<number> {
  if (!/^\d{1,15}$/.test(to)) throw new CommandFailure(EXIT.usage, `--to ${to} is not a position`);
  try {
    const { events, position, aside } = repairLog(data, Number(to));
    await print(`The log has ${events} events now, up to position ${position}.`);
    await print(`The damaged log, with everything behind that, is kept as ${aside}.`);
    return EXIT.done;
  } catch (error) {
    if (error instanceof RepairRefusedError) throw new CommandFailure(EXIT.no, error.message);
    throw error;
  }
}
