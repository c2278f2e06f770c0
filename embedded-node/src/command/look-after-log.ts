// `embedded-node scavenge | verify`: what is done to the log of a node that does not run.
import { logPath } from '../log/log-file.js';
import { scavenge } from '../operations/scavenge.js';
import { verifyLog } from '../operations/verify.js';
import { EXIT } from './exit.js';
import { print } from './print.js';

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
  const { events, streams, findings } = verifyLog(logPath(data));
  for (const finding of findings) await print(`WRONG  ${finding}`);
  if (findings.length > 0) return EXIT.no;
  await print(`All is well with ${events} events in ${streams} streams.`);
  return EXIT.done;
}
