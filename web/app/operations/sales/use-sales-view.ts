// What the page shows: days, time zone and currency, kept in its address.
import { useSearchParams } from 'react-router';
import { parametersNow } from '../../parameters-now.ts';
import { type Days, daysUntil, isDay, isZone, todayIn } from './period.ts';

export interface SalesView extends Days {
  readonly timeZone: string;
  /** Null: the one of the most orders. */
  readonly currency: string | null;
}

/** What is to be shown instead, given what the address says when the change is made. */
export type SalesChange = (now: SalesView) => Partial<SalesView>;

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
  const show = (change: SalesChange) => {
    const now = viewOf(parametersNow(), shopTimeZone);
    const { firstDay, lastDay, timeZone, currency } = { ...now, ...change(now) };
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
