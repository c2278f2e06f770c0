// How far the carts of the period came, step by step and by the day of their opening.
import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import {
  CartFunnelDocument,
  type CartFunnelQuery,
  type ReportPeriod,
} from '../../../../schema/generated/graphql.ts';
import { Notice } from '../../../design/states.tsx';
import { Table } from '../../../design/table.tsx';
import { number } from '../../format.ts';
import { QueryState } from '../query-state.tsx';
import BarChart from './bar-chart.tsx';
import { longDay, shortDay } from './period.ts';
import { BehindChart, Section } from './section.tsx';
import { salesTexts } from './texts.ts';

const words = salesTexts.funnel;
type Days = CartFunnelQuery['cartFunnel'];
type Count = Exclude<keyof Days[number], 'date' | '__typename'>;

const steps = Object.keys(words.steps) as (keyof typeof words.steps)[];
const rest = Object.keys(words.rest) as (keyof typeof words.rest)[];

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

export function Funnel({ period }: { readonly period: ReportPeriod }) {
  const { data, previousData, error, refetch } = useQuery(CartFunnelDocument, {
    variables: { period },
  });
  const days = (data ?? previousData)?.cartFunnel;
  return (
    <Section title={words.title} about={words.about}>
      {days === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <Counts days={days} />
      )}
    </Section>
  );
}

function Counts({ days }: { readonly days: Days }) {
  const sum = (count: Count) => days.reduce((so, day) => so + day[count], 0);
  const opened = sum('opened');
  if (opened === 0) return <Notice icon="cart">{words.none}</Notice>;
  return (
    <div className="stack loose">
      <ol className="funnel">
        {steps.map((step, index) => {
          const before = steps[index - 1];
          return (
            <Step
              key={step}
              name={words.steps[step]}
              count={sum(step)}
              share={sum(step) / opened}
              ofBefore={before === undefined ? null : ratio(sum(step), sum(before))}
            />
          );
        })}
      </ol>
      <dl className="funnel-rest">
        {rest.map((count) => (
          <div key={count}>
            <dt>{words.rest[count]}</dt>
            <dd>{number(sum(count))}</dd>
          </div>
        ))}
      </dl>
      <ByDay days={days} />
    </div>
  );
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

interface StepProps {
  readonly name: string;
  readonly count: number;
  readonly share: number;
  readonly ofBefore: number | null;
}

function Step({ name, count, share, ofBefore }: StepProps) {
  return (
    <li>
      <span className="funnel-name">{name}</span>
      <span className="funnel-bar" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className="funnel-count">{number(count)}</span>
      <span className="funnel-share">
        {ofBefore === null
          ? words.ofOpened(percent.format(share))
          : words.ofBefore(percent.format(ofBefore))}
      </span>
    </li>
  );
}

function ByDay({ days }: { readonly days: Days }) {
  const series = useMemo(
    () => [
      {
        colour: '--line-strong',
        values: days.map(({ opened }) => opened),
        name: words.steps.opened,
      },
      { colour: '--good', values: days.map(({ paid }) => paid), name: words.steps.paid },
    ],
    [days],
  );
  const wordsOf = (index: number) => {
    const day = days[index];
    if (day === undefined) return '';
    return words.at(longDay(day.date), number(day.opened), number(day.paid));
  };
  const counts: readonly Count[] = [...steps, ...rest];
  const heads = { ...words.steps, ...words.rest };
  return (
    <div>
      <BarChart
        label={words.chart}
        series={series}
        tickOf={(index) => shortDay(days[index]?.date ?? '')}
        valueOf={(value) => (Number.isInteger(value) ? number(value) : '')}
        wordsOf={wordsOf}
      />
      <BehindChart>
        <Table
          caption={words.title}
          rows={days}
          keyOf={({ date }) => date}
          columns={[
            { key: 'date', head: salesTexts.columns.day, cell: ({ date }) => longDay(date) },
            ...counts.map((count) => ({
              key: count,
              head: heads[count],
              amount: true,
              cell: (day: Days[number]) => number(day[count]),
            })),
          ]}
        />
      </BehindChart>
    </div>
  );
}
