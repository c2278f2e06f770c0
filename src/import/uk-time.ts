// The shop's clock on the wall → an instant.
import { DateTime } from 'luxon';

const FORMATS = ['yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd HH:mm', 'M/d/yyyy H:mm', 'M/d/yy H:mm'];

/** UK local time as it stands in the file → milliseconds since 1970; undefined where it is no time. */
export function instantOf(date: string): number | undefined {
  for (const format of FORMATS) {
    const time = DateTime.fromFormat(date, format, { zone: 'Europe/London' });
    if (time.isValid) return time.toMillis();
  }
  return undefined;
}
