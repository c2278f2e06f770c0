// Validates the period of a report: its days, its length and its time zone.
import { isDay, lengthInDays, type Period } from '../read-models/period.js';
import { badInput } from './api-error.js';
import type { RequestContext } from './context.js';
import { timeZoneOf } from './input-rules.js';
import type { ReportPeriod } from './types/sales-types.js';

/** The most days of a report with an entry for each day. */
export const DAYS_BY_DAY = 366;
/** The most days of a report with an entry for each hour. */
export const DAYS_BY_HOUR = 92;

/** The time zone is the shop's unless the caller names one. @throws ApiError BAD_INPUT */
export function periodOf(
  { firstDay, lastDay, timeZone }: ReportPeriod,
  { services }: Pick<RequestContext, 'services'>,
  maxDays = DAYS_BY_DAY,
): Period {
  const days = { firstDay: dayOf(firstDay, 'firstDay'), lastDay: dayOf(lastDay, 'lastDay') };
  const length = lengthInDays(days);
  if (length < 1) throw badInput('firstDay must not be later than lastDay.');
  if (length > maxDays) throw badInput(`The period must have at most ${maxDays} days.`);
  return { ...days, timeZone: timeZone == null ? services.timeZone : timeZoneOf(timeZone) };
}

function dayOf(text: string, name: string): string {
  if (isDay(text)) return text;
  throw badInput(`${name} must be a day such as 2010-12-01.`);
}
