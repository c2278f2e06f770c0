// An impact report: what other prices would have made of every cart, in charts, and cart by cart.
import { useQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import { buttonClass } from '../../../design/button.tsx';
import { Icon } from '../../../design/icons.tsx';
import { EmptyState } from '../../../design/states.tsx';
import {
  ImpactReportDocument,
  type ImpactReportQuery,
} from '../../../../schema/generated/graphql.ts';
import { counted, date, dateTime, money, moneyWithSign, number } from '../../format.ts';
import { useTitle } from '../../shell/use-title.ts';
import { shownName } from '../../shown-name.ts';
import { Figure } from '../place-head.tsx';
import { FoundOne } from '../found-one.tsx';
import { DayChart } from './day-chart.tsx';
import { ImpactedCarts } from './impacted-carts.tsx';
import { ShareBars } from './share-bars.tsx';
import { reportTexts } from './texts.ts';
import './report.css';

const words = reportTexts;

/** Fewer days are no chart. */
const leastDays = 4;

type Report = NonNullable<ImpactReportQuery['impactReport']>;

export default function ReportPage() {
  const { id = '' } = useParams();
  const query = useQuery(ImpactReportDocument, { variables: { id } });
  useTitle(words.title);
  return (
    <FoundOne found={query.data?.impactReport} query={query} missing={<MissingReport />}>
      {(report) => <ReportView report={report} />}
    </FoundOne>
  );
}

function MissingReport() {
  return (
    <EmptyState
      isPage
      icon="search"
      title={words.missingTitle}
      actions={
        <Link to="/ops/replays" className={buttonClass({ look: 'primary' })}>
          {words.back}
        </Link>
      }
    >
      {words.missing}
    </EmptyState>
  );
}

function ReportView({ report }: { readonly report: Report }) {
  const { affectedCarts, comparedCarts, before, after, position, createdAt } = report;
  return (
    <article className="stack loose report">
      <div className="page-head">
        <Link to="/ops/replays" className="quiet-link back">
          <Icon name="back" size={16} />
          {words.back}
        </Link>
        <span className="overline">{words.title}</span>
        <h1>
          {affectedCarts === 0
            ? words.none(number(comparedCarts))
            : words.some(number(affectedCarts), number(comparedCarts))}
        </h1>
        <p className="soft">
          {words.sides(number(after.version), number(before.version), number(Number(position)))}{' '}
          <time dateTime={createdAt}>{dateTime(createdAt)}</time>
        </p>
      </div>
      {report.totals.map((totals) => (
        <Totals key={totals.currency} totals={totals} />
      ))}
      {affectedCarts > 0 && <Shares report={report} />}
      {affectedCarts > 0 && <ImpactedCarts id={report.id} />}
    </article>
  );
}

function Totals({ totals }: { readonly totals: Report['totals'][number] }) {
  const { overcharged, undercharged, orders, open } = totals;
  const both = (change: typeof open) => words.fromTo(money(change.before), money(change.after));
  return (
    <dl className="figures">
      <Figure
        label={words.overcharged}
        value={money(overcharged)}
        tone={Number(overcharged.decimal) > 0 ? 'bad' : 'plain'}
      />
      <Figure label={words.undercharged} value={money(undercharged)} />
      <Figure
        label={counted(orders.carts, words.orders)}
        value={moneyWithSign(orders.difference)}
        note={both(orders)}
      />
      <Figure
        label={counted(open.carts, words.open)}
        value={moneyWithSign(open.difference)}
        note={both(open)}
      />
    </dl>
  );
}

function Shares({ report }: { readonly report: Report }) {
  const { byDay, byCoupon, byProduct, byCustomer } = report;
  return (
    <div className="shares">
      {byDay.length < leastDays ? (
        <ShareBars
          title={words.byDay}
          shares={byDay.map((share) => ({ ...share, name: date(share.key) }))}
        />
      ) : (
        <DayChart shares={byDay} />
      )}
      <ShareBars title={words.byCoupon} shares={byCoupon} />
      <ShareBars
        title={words.byProduct}
        shares={byProduct.map((share) => ({ ...share, name: share.name && shownName(share.name) }))}
      />
      {byCustomer !== null && (
        <ShareBars title={words.byCustomer} shares={byCustomer} otherwise={words.guests} />
      )}
    </div>
  );
}
