// The page about sales: revenue, the funnel of carts, the best products, and coupons.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { SalesPeriodDocument, type ReportPeriod } from '../../../../schema/generated/graphql.ts';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { CouponSales } from './coupon-sales.tsx';
import { Funnel } from './funnel.tsx';
import { daysUntil, todayIn } from './period.ts';
import { Revenue } from './revenue.tsx';
import { SalesControls } from './sales-controls.tsx';
import { salesTexts as words } from './texts.ts';
import { TopProducts } from './top-products.tsx';
import { useSalesView } from './use-sales-view.ts';
import './sales.css';

export default function SalesPage() {
  // The shop's time zone decides which day it is; until it is known, any day serves to ask for it.
  const [period] = useState(() => daysUntil(todayIn('UTC'), 1));
  const { data, error, refetch } = useQuery(SalesPeriodDocument, { variables: { period } });
  return (
    <>
      <PlaceHead title={operationsTexts.places.sales} about={words.about} />
      {data === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <Sales shopTimeZone={data.shopTimeZone} />
      )}
    </>
  );
}

function Sales({ shopTimeZone }: { readonly shopTimeZone: string }) {
  const { view, show } = useSalesView(shopTimeZone);
  const { firstDay, lastDay, timeZone } = view;
  const period: ReportPeriod = { firstDay, lastDay, timeZone };
  const asked = useQuery(SalesPeriodDocument, { variables: { period } });
  const sold = (asked.data ?? asked.previousData)?.soldCurrencies;
  const currency = view.currency ?? sold?.[0] ?? null;
  return (
    <div className="stack loose">
      <SalesControls view={view} currencies={sold ?? []} onShow={show} />
      {sold === undefined ? (
        <QueryState error={asked.error} onRetry={() => void asked.refetch()} />
      ) : (
        <>
          <Revenue period={period} currency={currency} />
          <Funnel period={period} />
          {currency !== null && (
            <div className="sales-lists">
              <TopProducts period={period} currency={currency} />
              <CouponSales period={period} currency={currency} />
            </div>
          )}
        </>
      )}
    </div>
  );
}
