// The days and hours of a period in a time zone, as the clocks there show them.
import { ZoneClock } from './zone-clock.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** No zone has ever been further away from UTC. */
const WIDEST_OFFSET_MS = 16 * HOUR_MS;

export interface Period {
  /** The first and the last day, both included, such as 2010-12-01. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** A name that Intl knows. */
  readonly timeZone: string;
}

/** An hour that a clock shows. It has fewer minutes where the clock is changed within. */
export interface ClockHour {
  /** Its first instant, in milliseconds since 1970. */
  readonly beginsAt: number;
  readonly date: string;
  /** From 0 to 23. The hour that is repeated in autumn is there twice, with two offsets. */
  readonly hour: number;
  /** What the clock is ahead of UTC, in minutes. */
  readonly offsetMinutes: number;
}

/** Whether the text is a day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** The number of days of the calendar from the first to the last, both included. */
export function lengthInDays({ firstDay, lastDay }: Omit<Period, 'timeZone'>): number {
  return (midnightOf(lastDay) - midnightOf(firstDay)) / DAY_MS + 1;
}

function midnightOf(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`);
}

export class PeriodCalendar {
  /** All instants of the period lie from here, inclusive, … */
  readonly from: number;
  /** … to here, exclusive; most of those in between belong to it. Milliseconds since 1970. */
  readonly to: number;
  private readonly zone: ZoneClock;

  constructor(private readonly period: Period) {
    this.zone = new ZoneClock(period.timeZone);
    this.from = midnightOf(period.firstDay) - WIDEST_OFFSET_MS;
    this.to = midnightOf(period.lastDay) + DAY_MS + WIDEST_OFFSET_MS;
  }

  /** The day of an instant; undefined outside of the period. */
  dayOf(at: number): string | undefined {
    const day = this.zone.dateOf(at);
    return day < this.period.firstDay || day > this.period.lastDay ? undefined : day;
  }

  /** The days in their order. A day that the zone skipped, at the date line, is not there. */
  days(): readonly string[] {
    const days: string[] = [];
    for (let at = midnightOf(this.period.firstDay); at < this.to; at += DAY_MS) {
      const day = new Date(at).toISOString().slice(0, 10);
      if (day > this.period.lastDay) break;
      if (this.exists(day, at)) days.push(day);
    }
    return days;
  }

  private exists(day: string, midnight: number): boolean {
    const noon = midnight + DAY_MS / 2;
    if (this.zone.dateOf(noon - this.zone.offsetAt(noon)) === day) return true;
    const end = midnight + DAY_MS + WIDEST_OFFSET_MS;
    for (let at = midnight - WIDEST_OFFSET_MS; at < end; at += HOUR_MS) {
      if (this.zone.dateOf(at) === day) return true;
    }
    return false;
  }

  /** The hours by `hourKeyOf`, in their order: 23 or 25 on a day on which the clock changes. */
  hours(): ReadonlyMap<string, ClockHour> {
    const hours = new Map<string, ClockHour>();
    for (let hour = this.from; hour < this.to; hour += HOUR_MS) {
      for (const beginsAt of this.beginningsIn(hour)) {
        const key = this.hourKeyOf(beginsAt);
        if (key === undefined || hours.has(key)) continue;
        hours.set(key, this.clockHourAt(beginsAt));
      }
    }
    return hours;
  }

  /** Names the hour of an instant; undefined outside of the period. */
  hourKeyOf(at: number): string | undefined {
    if (this.dayOf(at) === undefined) return undefined;
    const offset = this.zone.offsetAt(at);
    return `${Math.floor((at + offset) / HOUR_MS)}/${offset}`;
  }

  /** Instants in a UTC hour at which an hour of the zone may begin. */
  private beginningsIn(hour: number): readonly number[] {
    const offset = this.zone.steadyOffset(hour);
    if (offset === undefined) {
      return Array.from({ length: 60 }, (_minute, index) => hour + index * MINUTE_MS);
    }
    const next = Math.ceil((hour + offset) / HOUR_MS) * HOUR_MS - offset;
    return next > hour ? [hour, next] : [hour];
  }

  private clockHourAt(beginsAt: number): ClockHour {
    const offset = this.zone.offsetAt(beginsAt);
    const shown = new Date(beginsAt + offset);
    return {
      beginsAt,
      date: shown.toISOString().slice(0, 10),
      hour: shown.getUTCHours(),
      offsetMinutes: offset / MINUTE_MS,
    };
  }
}
