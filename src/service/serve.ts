// Runs the service as a process: the ready line, the signals and the exit code.
import { EXIT } from '../errors/exit-codes.js';
import type { Config } from './config.js';
import { createLog, type Logger } from '../http/log.js';
import { startService, type Service } from './start.js';
import { StartedParts } from './started-parts.js';
import { askedToStop, type StopReason } from './stop-signal.js';

/**
 * Serves until SIGTERM or SIGINT, or until the npm that started it ends, then stops in order within
 * 10 s. Further signals have no effect: npm forwards signals that also reach the process directly.
 * Resolves with the exit code: 0 stopped, 1 a part of the service failed.
 *
 * @throws the errors of `startService`
 */
export async function serve(config: Config, startedByNpm = false): Promise<number> {
  const log = createLog({
    level: config.logLevel,
    format: config.logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json'),
  });
  const signal = askedToStop(startedByNpm);
  const parts = new StartedParts();
  const service = await Promise.race([startService(config, log, parts), signal]);
  if (typeof service === 'string') return endStart(parts);
  process.stdout.write(`Cartograph is ready at ${service.url}\n${placesOf(config, service.url)}`);
  return untilStopped(service, signal, log);
}

/**
 * The service has promised nothing yet, and the next start completes unfinished work as after a
 * crash. Its threads end in order all the same: Node aborts when one ends in the middle of a read.
 */
async function endStart(parts: StartedParts): Promise<never> {
  await parts.stop().catch(() => undefined);
  process.exit(EXIT.done);
}

/** What to open first, a line each. */
function placesOf({ production, dataDir }: Config, url: string): string {
  const places = [
    ['shop', `${url}/`],
    ...(production ? [] : [['playground', `${url}/graphiql`]]),
    ['data', dataDir],
  ];
  return places.map(([name = '', place]) => `  ${name.padEnd(11)} ${place}\n`).join('');
}

/** Resources that a failed part left open must not keep the process alive. */
const lingerMs = 1_000;

async function untilStopped(
  service: Service,
  signal: Promise<StopReason>,
  log: Logger,
): Promise<number> {
  const end = await Promise.race([signal, service.failure]);
  const failed = end instanceof Error;
  if (failed) log.fatal({ err: end }, 'a part of the service failed; it stops');
  else log.info({ signal: end }, 'the service stops');
  const hasStopped = await stopped(service, log);
  const code = failed || !hasStopped ? EXIT.no : EXIT.done;
  setTimeout(() => process.exit(code), lingerMs).unref();
  return code;
}

async function stopped(service: Service, log: Logger): Promise<boolean> {
  try {
    await service.stop();
    return true;
  } catch (error) {
    log.error({ err: error }, 'the service did not stop in order; what it had stored is safe');
    return false;
  }
}
