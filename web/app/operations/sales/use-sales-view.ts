// What the page shows: days, time zone and currency, kept in its address.
import { useSearchParams } from 'react-router';
import { type Days, daysUntil, isDay, isZone, todayIn } from './period.ts';

export interface SalesView extends Days {
  readonly timeZone: string;
  /** Null: the one of the most orders. */
  readonly currency: string | null;
}

const usualDays = 28;

function viewOf(params: URLSearchParams, shopTimeZone: string): SalesView {
  const zone = params.get('zone');
  const timeZone = zone !== null && isZone(zone) ? zone : shopTimeZone;
  const [from, to] = [params.get('from') ?? '', params.get('to') ?? ''];
  const days =
    isDay(from) && isDay(to)
      ? { firstDay: from, lastDay: to }
      : daysUntil(todayIn(timeZone), usualDays);
  return { ...days, timeZone, currency: params.get('currency') };
}

export function useSalesView(shopTimeZone: string) {
  const [params, setParams] = useSearchParams();
  const view = viewOf(params, shopTimeZone);
  const show = (changes: Partial<SalesView>) => {
    const { firstDay, lastDay, timeZone, currency } = { ...view, ...changes };
    setParams(
      {
        from: firstDay,
        to: lastDay,
        ...(timeZone !== shopTimeZone && { zone: timeZone }),
        ...(currency !== null && { currency }),
      },
      { replace: true },
    );
  };
  return { view, show };
}
