// What an operator is told of a collector that takes nothing: once when it begins, and once when it
// is over.

export interface TelemetryLog {
  warn(details: Readonly<Record<string, unknown>>, message: string): void;
  info(message: string): void;
}

export class Outage {
  private isOn = false;

  /** @param what is exported: spans or metrics */
  constructor(
    private readonly log: TelemetryLog,
    private readonly what: string,
  ) {}

  note(reason: string): void {
    if (this.isOn) return;
    this.isOn = true;
    const { what } = this;
    this.log.warn({ reason }, `${what} cannot be exported and are dropped; nothing else waits`);
  }

  over(): void {
    if (!this.isOn) return;
    this.isOn = false;
    this.log.info(`${this.what} are exported again`);
  }
}
