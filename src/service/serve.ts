// Runs the service as a process: the ready line, the signals, and what the exit code says.
import { EXIT } from '../errors/exit-codes.js';
import type { Config } from './config.js';
import { createLog, type Logger } from '../http/log.js';
import { startService, type Service } from './start.js';
import { askedToStop, type StopReason } from './stop-signal.js';

/**
 * Serves until SIGTERM or SIGINT, or the end of the npm that started it, then stops in order within
 * 10 s. Further signals change nothing: npm passes on those that reach the process anyway.
 * Resolves with the exit code: 0 stopped, 1 a part of the service failed.
 * @throws what keeps the service from starting, as `startService` does
 */
export async function serve(config: Config, startedByNpm = false): Promise<number> {
  const log = createLog({
    level: config.logLevel,
    format: config.logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json'),
  });
  const signal = askedToStop(startedByNpm);
  const service = await Promise.race([startService(config, log), signal]);
  // Nothing was promised to anybody yet, and what is half done is as after a crash: seen to later.
  if (typeof service === 'string') process.exit(EXIT.done);
  process.stdout.write(`Cartograph is ready at ${service.url}\n`);
  return untilStopped(service, signal, log);
}

/** What a failed part may have left open must not keep the process from ending. */
const lingerMs = 1_000;
/** Whoever supervises a process waits 10 s as a rule before killing it. */
const stopWithinMs = 8_500;

async function untilStopped(
  service: Service,
  signal: Promise<StopReason>,
  log: Logger,
): Promise<number> {
  const end = await Promise.race([signal, service.failure]);
  const failed = end instanceof Error;
  if (failed) log.fatal({ err: end }, 'a part of the service failed; it stops');
  else log.info({ signal: end }, 'the service stops');
  setTimeout(() => {
    log.error('some parts did not stop in time; what they had stored is safe');
    process.exit(EXIT.no);
  }, stopWithinMs).unref();
  try {
    await service.stop();
  } catch (error) {
    log.error({ err: error }, 'the service did not stop in order');
    return EXIT.no;
  }
  const code = failed ? EXIT.no : EXIT.done;
  setTimeout(() => process.exit(code), lingerMs).unref();
  return code;
}
