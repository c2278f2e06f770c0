// The clock of a time zone: its UTC offset and its date at any minute.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A name of the IANA database; Intl itself also accepts offsets such as +01:00. */
const zoneName = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** Whether it is a name of the IANA database that this platform knows. */
export function isTimeZone(name: string): boolean {
  if (!zoneName.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export class ZoneClock {
  private readonly format: Intl.DateTimeFormat;
  /** UTC offset by day and by hour; undefined where it changes within. */
  private readonly days = new Map<number, number | undefined>();
  private readonly hours = new Map<number, number | undefined>();

  /**
   * @param timeZone a name that Intl knows
   * @throws RangeError for any other name
   */
  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Such as 2010-12-01. */
  dateOf(at: number): string {
    const [date = ''] = new Date(at + this.offsetAt(at)).toISOString().split('T');
    return date;
  }

  /** What the zone is ahead of UTC, in milliseconds. Formatting is slow, and it rarely changes. */
  offsetAt(at: number): number {
    return this.steadyOffset(at) ?? this.askOffset(at);
  }

  /** The offset of the whole UTC hour of `at`; undefined for one in which it changes. */
  steadyOffset(at: number): number | undefined {
    return this.offsetWithin(this.days, DAY_MS, at) ?? this.offsetWithin(this.hours, HOUR_MS, at);
  }

  /** No zone has changed twice within a day and come back to the same offset. */
  private offsetWithin(
    known: Map<number, number | undefined>,
    lengthMs: number,
    at: number,
  ): number | undefined {
    const span = Math.floor(at / lengthMs);
    if (!known.has(span)) {
      const begin = span * lengthMs;
      const offset = this.askOffset(begin);
      // Some zones change a minute after the hour.
      const isSteady = offset === this.askOffset(begin + lengthMs - 1_000);
      known.set(span, isSteady ? offset : undefined);
    }
    return known.get(span);
  }

  private askOffset(at: number): number {
    const parts = new Map(this.format.formatToParts(at).map(({ type, value }) => [type, +value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return local - Math.floor(at / 1_000) * 1_000;
  }
}
