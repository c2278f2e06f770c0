// Runs the service as a process: the ready line, the signals, and what the exit code says.
import type { Config } from './config.js';
import { DataFolderError, DataFolderInUseError } from './data-folder.js';
import { LogFileError, LogInUseError } from 'embedded-eventstoredb';
import { ConnectionStringError } from '../event-store/errors.js';
import { createLog } from '../http/log.js';
import { PricingModuleError } from '../pricing/pricing-module.js';
import { startService, type Service } from './start.js';
import { askedToStop, type StopReason } from './stop-signal.js';

export const exitCodes = { stopped: 0, fault: 1, usage: 2, unavailable: 3 } as const;

/**
 * Serves until SIGTERM or SIGINT, or the end of the npm that started it, then stops in order within
 * 10 s. Further signals change nothing: npm passes on those that reach the process anyway.
 * Resolves with the exit code: 0 stopped, 1 a part of the service failed, 3 something that it needs
 * could not be had (the data folder, the port, the event store).
 */
export async function serve(config: Config, startedByNpm = false): Promise<number> {
  const log = createLog({
    level: config.logLevel,
    format: config.logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json'),
  });
  const signal = askedToStop(startedByNpm);
  const starting = startService(config, log).catch((error: unknown) => failedStart(error, log));
  const service = await Promise.race([starting, signal]);
  // Nothing was promised to anybody yet, and what is half done is as after a crash: seen to later.
  if (typeof service === 'string') process.exit(exitCodes.stopped);
  if (typeof service === 'number') return service;
  process.stdout.write(`Cartograph is ready at ${service.url}\n`);
  return untilStopped(service, signal, log);
}

function failedStart(error: unknown, log: Log): number {
  if (error instanceof PricingModuleError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  if (error instanceof ConnectionStringError) {
    process.stderr.write(`EVENTSTORE_URL ${error.message}\n`);
    return exitCodes.usage;
  }
  const line = unavailable(error);
  if (line === undefined) {
    log.fatal({ err: error }, 'the service could not start');
    return exitCodes.fault;
  }
  process.stderr.write(`${line}\n`);
  return exitCodes.unavailable;
}

type Log = ReturnType<typeof createLog>;

/** What a failed part may have left open must not keep the process from ending. */
const lingerMs = 1_000;
/** Whoever supervises a process waits 10 s as a rule before killing it. */
const stopWithinMs = 8_500;

async function untilStopped(
  service: Service,
  signal: Promise<StopReason>,
  log: Log,
): Promise<number> {
  const end = await Promise.race([signal, service.failure]);
  const failed = end instanceof Error;
  if (failed) log.fatal({ err: end }, 'a part of the service failed; it stops');
  else log.info({ signal: end }, 'the service stops');
  setTimeout(() => {
    log.error('some parts did not stop in time; what they had stored is safe');
    process.exit(exitCodes.fault);
  }, stopWithinMs).unref();
  try {
    await service.stop();
  } catch (error) {
    log.error({ err: error }, 'the service did not stop in order');
    return exitCodes.fault;
  }
  const code = failed ? exitCodes.fault : exitCodes.stopped;
  setTimeout(() => process.exit(code), lingerMs).unref();
  return code;
}

const ofTheAddress = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN']);

/** One line for what the operator can mend; undefined for a fault of ours. */
function unavailable(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof LogInUseError || error instanceof LogFileError) return error.message;
  if (error instanceof DataFolderError || error instanceof DataFolderInUseError) {
    return error.message;
  }
  if (error.name === 'StoreUnavailableError') return error.message;
  if (error.name === 'ReadModelsUnavailableError') return error.message;
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && ofTheAddress.has(code) ? error.message : undefined;
}
