// One order as staff see it: what was bought and paid, and the ways to its cart and its events.
import { useQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import { EmptyState } from '../../../design/states.tsx';
import { Table } from '../../../design/table.tsx';
import {
  OrderForStaffDocument,
  type OrderForStaffQuery,
} from '../../../../schema/generated/graphql.ts';
import { AddedRows, IncludedRows } from '../../cart/charge-rows.tsx';
import { dateTime, money } from '../../format.ts';
import { CorrectionRows } from '../../order/correction-rows.tsx';
import { useTitle } from '../../shell/use-title.ts';
import { DetailLink } from '../finding/detail-link.tsx';
import { lineColumns } from '../finding/line-columns.tsx';
import { WithReason } from '../finding/reason-bar.tsx';
import { OrderBadge } from '../finding/status-badges.tsx';
import { findingTexts } from '../finding/texts.ts';
import { FoundOne } from '../found-one.tsx';

const words = findingTexts.orders;
const cartWords = findingTexts.carts;

type StaffOrder = NonNullable<OrderForStaffQuery['order']>;

export function OrderDetail() {
  const { orderId = '' } = useParams();
  useTitle(words.title(orderId.slice(0, 8)));
  return (
    <div className="stack">
      <Link to="/ops/orders" className="soft">
        ← {words.back}
      </Link>
      <WithReason isPage>
        <LoadedOrder orderId={orderId} />
      </WithReason>
    </div>
  );
}

function LoadedOrder({ orderId }: { readonly orderId: string }) {
  const query = useQuery(OrderForStaffDocument, {
    variables: { orderId },
    fetchPolicy: 'cache-and-network',
  });
  const missing = (
    <EmptyState isPage icon="search" title={words.missingTitle}>
      {words.missing}
    </EmptyState>
  );
  return (
    <FoundOne found={query.data?.order} {...{ query, missing }}>
      {(order) => <ShownOrder order={order} />}
    </FoundOne>
  );
}

function ShownOrder({ order }: { readonly order: StaffOrder }) {
  const { id, cartId, status, lines } = order;
  return (
    <>
      <div className="row">
        <h1>{words.title(id.slice(0, 8))}</h1>
        <OrderBadge status={status} />
      </div>
      <div className="detail-columns">
        <section className="panel stack" aria-label={cartWords.lines}>
          <h2>{cartWords.lines}</h2>
          <Table
            stacks
            caption={cartWords.lines}
            columns={lineColumns}
            rows={lines}
            keyOf={({ sku }) => sku}
          />
          <Sums order={order} />
        </section>
        <aside className="stack">
          <section className="panel">
            <Facts order={order} />
          </section>
          <nav className="panel detail-links" aria-label={words.title(id.slice(0, 8))}>
            <DetailLink icon="history" to={`/carts/${cartId}/history`}>
              {words.cart}
            </DetailLink>
            <DetailLink icon="cart" to={`/ops/carts/${cartId}`}>
              {words.cartDetail}
            </DetailLink>
            <DetailLink icon="list" to={`/ops/events?stream=order-${id}`}>
              {words.events}
            </DetailLink>
          </nav>
        </aside>
      </div>
    </>
  );
}

function Sums({ order }: { readonly order: StaffOrder }) {
  const { subtotal, discount, total, paid, refunded, shipping, taxes } = order;
  return (
    <dl className="sums">
      <dt>{cartWords.subtotal}</dt>
      <dd>{money(subtotal)}</dd>
      <dt>{cartWords.discount}</dt>
      <dd>{money(discount)}</dd>
      <AddedRows shipping={shipping} taxes={taxes} />
      <CorrectionRows corrections={order.corrections} />
      <dt className="whole">{cartWords.total}</dt>
      <dd className="whole">{money(total)}</dd>
      <IncludedRows taxes={taxes} />
      <dt>{words.paid}</dt>
      <dd>{money(paid)}</dd>
      {refunded.minorUnits > 0 && (
        <>
          <dt>{words.refunded}</dt>
          <dd>{money(refunded)}</dd>
        </>
      )}
    </dl>
  );
}

function Facts({ order }: { readonly order: StaffOrder }) {
  const { id, placedAt, paymentStatus, coupons, shipment, cancelledAt, cancelReason } = order;
  return (
    <dl className="facts">
      <dt>{cartWords.id}</dt>
      <dd>
        <code className="id">{id}</code>
      </dd>
      <dt>{words.placed}</dt>
      <dd>{dateTime(placedAt)}</dd>
      <dt>{words.columns.paid}</dt>
      <dd>{findingTexts.paymentStatus[paymentStatus]}</dd>
      <dt>{cartWords.coupons}</dt>
      <dd>
        <bdi>{coupons.length === 0 ? findingTexts.none : coupons.join(', ')}</bdi>
      </dd>
      {shipment != null && (
        <>
          <dt>{words.shipped}</dt>
          <dd>
            {dateTime(shipment.shippedAt)}{' '}
            <bdi>{[shipment.carrier, shipment.trackingNumber].filter(Boolean).join(' · ')}</bdi>
          </dd>
        </>
      )}
      {cancelledAt != null && (
        <>
          <dt>{words.cancelled}</dt>
          <dd>
            {dateTime(cancelledAt)} <bdi>{cancelReason}</bdi>
          </dd>
        </>
      )}
    </dl>
  );
}
