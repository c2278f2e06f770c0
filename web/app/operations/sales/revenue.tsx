// Revenue by day or by hour, with the figures of the whole period.
import { useQuery } from '@apollo/client/react';
import { useMemo, useState } from 'react';
import {
  SalesByDayDocument,
  SalesByHourDocument,
  type ReportPeriod,
  type SalesByDayQuery,
} from '../../../../schema/generated/graphql.ts';
import { EmptyState, Notice } from '../../../design/states.tsx';
import { Table } from '../../../design/table.tsx';
import { counted, money, number } from '../../format.ts';
import { Figure } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { type Amount, shareOf, sumOf } from '../../amounts.ts';
import BarChart from './bar-chart.tsx';
import { lengthOf, longDay, mostDaysByHour, shortDay } from './period.ts';
import { BehindChart, Section, Switch } from './section.tsx';
import { salesTexts } from './texts.ts';

const words = salesTexts.revenue;

interface RevenueProps {
  readonly period: ReportPeriod;
  /** Null: nothing was sold. */
  readonly currency: string | null;
}

export function Revenue({ period, currency }: RevenueProps) {
  if (currency === null) {
    return (
      <EmptyState icon="chart" title={salesTexts.empty.title}>
        {salesTexts.empty.about}
      </EmptyState>
    );
  }
  return <Sold period={period} currency={currency} />;
}

interface SoldProps {
  readonly period: ReportPeriod;
  readonly currency: string;
}

function Sold({ period, currency }: SoldProps) {
  const [unit, setUnit] = useState<keyof typeof words.units>('day');
  const { data, previousData, error, refetch } = useQuery(SalesByDayDocument, {
    variables: { period, currency },
  });
  const days = (data ?? previousData)?.dailyRevenue;
  if (days === undefined) return <QueryState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Figures days={days} currency={currency} />
      <Section
        title={words.title}
        actions={<Switch label={words.by} options={words.units} value={unit} onChange={setUnit} />}
      >
        {unit === 'day' ? (
          <Bars unit="day" currency={currency} bars={days.map(dayBar)} />
        ) : (
          <ByHour period={period} currency={currency} />
        )}
      </Section>
    </>
  );
}

type Days = SalesByDayQuery['dailyRevenue'];

function Figures({ days, currency }: { readonly days: Days; readonly currency: string }) {
  const total = sumOf(
    days.map(({ revenue }) => revenue),
    currency,
  );
  const orders = days.reduce((sum, day) => sum + day.orders, 0);
  const units = days.reduce((sum, day) => sum + day.units, 0);
  const average = shareOf(total, orders);
  const [best] = [...days].sort((a, b) => Number(b.revenue.decimal) - Number(a.revenue.decimal));
  const { figures } = salesTexts;
  return (
    <dl className="figures sales-figures">
      <Figure
        label={figures.revenue}
        value={money(total)}
        note={best !== undefined && orders > 0 ? figures.bestDay(longDay(best.date)) : undefined}
      />
      <Figure label={figures.orders} value={number(orders)} />
      <Figure label={figures.units} value={number(units)} />
      <Figure label={figures.perOrder} value={average === null ? '–' : money(average)} />
    </dl>
  );
}

function ByHour({ period, currency }: SoldProps) {
  const isTooLong = lengthOf(period) > mostDaysByHour;
  const { data, previousData, error, refetch } = useQuery(SalesByHourDocument, {
    variables: { period, currency },
    skip: isTooLong,
  });
  if (isTooLong) return <Notice icon="info">{words.tooLong(number(mostDaysByHour))}</Notice>;
  const hours = (data ?? previousData)?.hourlyRevenue;
  if (hours === undefined) return <QueryState error={error} onRetry={() => void refetch()} />;
  return <Bars unit="hour" currency={currency} bars={hours.map(hourBar)} />;
}

interface Bar {
  readonly key: string;
  readonly short: string;
  readonly long: string;
  readonly orders: number;
  readonly units: number;
  readonly revenue: Amount;
}

function dayBar({ date, orders, units, revenue }: Days[number]): Bar {
  return { key: date, short: shortDay(date), long: longDay(date), orders, units, revenue };
}

const twoDigits = (value: number) => String(value).padStart(2, '0');

interface Hour {
  readonly date: string;
  readonly hour: number;
  readonly offsetMinutes: number;
  readonly orders: number;
  readonly units: number;
  readonly revenue: Amount;
}

function hourBar({ date, hour, offsetMinutes, orders, units, revenue }: Hour): Bar {
  const clock = `${twoDigits(hour)}:00`;
  const sign = offsetMinutes < 0 ? '−' : '+';
  const ahead = Math.abs(offsetMinutes);
  const offset = `UTC${sign}${twoDigits(Math.floor(ahead / 60))}:${twoDigits(ahead % 60)}`;
  return {
    key: `${date} ${hour} ${offsetMinutes}`,
    short: hour === 0 ? shortDay(date) : `${shortDay(date)} ${clock}`,
    long: `${longDay(date)}, ${clock} (${offset})`,
    ...{ orders, units, revenue },
  };
}

interface BarsProps {
  readonly unit: keyof typeof words.units;
  readonly currency: string;
  readonly bars: readonly Bar[];
}

function Bars({ unit, currency, bars }: BarsProps) {
  const series = useMemo(
    () => [{ colour: '--amber', values: bars.map(({ revenue }) => Number(revenue.decimal)) }],
    [bars],
  );
  const total = sumOf(
    bars.map(({ revenue }) => revenue),
    currency,
  );
  const wordsOf = (index: number) => {
    const bar = bars[index];
    if (bar === undefined) return '';
    return words.at(bar.long, money(bar.revenue), counted(bar.orders, salesTexts.orders));
  };
  return (
    <>
      <BarChart
        label={words.chart(words.unitsInText[unit], number(bars.length), money(total))}
        series={series}
        tickOf={(index) => bars[index]?.short ?? ''}
        valueOf={(value) => money({ decimal: String(value), currency }, { notation: 'compact' })}
        wordsOf={wordsOf}
      />
      <BehindChart>
        <Table
          caption={words.title}
          rows={bars}
          keyOf={({ key }) => key}
          columns={[
            { key: 'when', head: salesTexts.columns[unit], cell: ({ long }) => long },
            {
              key: 'orders',
              head: salesTexts.columns.orders,
              amount: true,
              cell: ({ orders }) => number(orders),
            },
            {
              key: 'units',
              head: salesTexts.columns.units,
              amount: true,
              cell: ({ units }) => number(units),
            },
            {
              key: 'revenue',
              head: salesTexts.columns.revenue,
              amount: true,
              cell: ({ revenue }) => money(revenue),
            },
          ]}
        />
      </BehindChart>
    </>
  );
}
