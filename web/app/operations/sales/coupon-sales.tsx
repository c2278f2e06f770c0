// The coupons on the orders of the period.
import { useQuery } from '@apollo/client/react';
import { CouponSalesDocument, type ReportPeriod } from '../../../../schema/generated/graphql.ts';
import { Notice } from '../../../design/states.tsx';
import { Table } from '../../../design/table.tsx';
import { money, number } from '../../format.ts';
import { QueryState } from '../query-state.tsx';
import { Section } from './section.tsx';
import { salesTexts } from './texts.ts';

const words = salesTexts.coupons;

interface CouponSalesProps {
  readonly period: ReportPeriod;
  readonly currency: string;
}

export function CouponSales({ period, currency }: CouponSalesProps) {
  const { data, previousData, error, refetch } = useQuery(CouponSalesDocument, {
    variables: { period, currency },
  });
  const coupons = (data ?? previousData)?.couponSales;
  const { columns } = salesTexts;
  if (coupons?.length === 0) {
    return (
      <Section title={words.title}>
        <Notice icon="ticket">{words.none}</Notice>
      </Section>
    );
  }
  return (
    <Section title={words.title} about={words.about}>
      {coupons === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <Table
          caption={words.title}
          rows={coupons}
          keyOf={({ code }) => code}
          columns={[
            { key: 'code', head: words.code, cell: ({ code }) => <bdi>{code}</bdi> },
            {
              key: 'discount',
              head: words.discount,
              amount: true,
              cell: ({ discount }) => money(discount),
            },
            {
              key: 'revenue',
              head: columns.revenue,
              amount: true,
              cell: ({ revenue }) => money(revenue),
            },
            ...(
              [
                ['orders', columns.orders],
                ['sharedOrders', words.shared],
                ['cancelledOrders', words.cancelled],
              ] as const
            ).map(([key, head]) => ({
              key,
              head,
              amount: true,
              cell: (coupon: (typeof coupons)[number]) => number(coupon[key]),
            })),
          ]}
        />
      )}
    </Section>
  );
}
