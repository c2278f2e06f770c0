// What the log is told of requests that failed. An outage fails every request: it is logged when it
// begins, and then how many it has failed, so that the log stays readable and cheap.
import type { ApiAnswer } from '../errors/catalogue.js';
import { systemTime, type Time } from '../waiting/time.js';

export interface FaultLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** How long the failures of one outage are counted before the next line, in milliseconds. */
const COUNTED_MS = 10_000;

export class FailureLog {
  /** Of each outage, by its line: how many requests failed since that was logged. */
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly log: FaultLog,
    private readonly time: Pick<Time, 'background'> = systemTime,
  ) {}

  /** A failure that nobody foresaw: each is logged with its cause. */
  fault(cause: unknown): void {
    this.log.error({ err: cause }, 'a request failed because of a fault');
  }

  known(cause: unknown, { code, level, logLine }: ApiAnswer): void {
    if (code !== 'SERVICE_UNAVAILABLE') {
      this.log[level]({ err: cause }, logLine);
      return;
    }
    const failures = this.failures.get(logLine);
    if (failures === undefined) {
      this.log[level]({ err: cause }, logLine);
      this.count(logLine, level);
    } else this.failures.set(logLine, failures + 1);
  }

  /** Until a whole period passes without a failure. */
  private count(logLine: string, level: ApiAnswer['level']): void {
    this.failures.set(logLine, 0);
    this.time.background(COUNTED_MS, () => {
      const failures = this.failures.get(logLine) ?? 0;
      this.failures.delete(logLine);
      if (failures === 0) return;
      this.log[level]({ failures, withinMs: COUNTED_MS }, logLine);
      this.count(logLine, level);
    });
  }
}
