// One cart as staff see it: what is in it, and the ways to its history, events and order.
import { useQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import { EmptyState } from '../../../design/states.tsx';
import { Table } from '../../../design/table.tsx';
import {
  CartForStaffDocument,
  type CartForStaffQuery,
} from '../../../../schema/generated/graphql.ts';
import { AddedRows, IncludedRows } from '../../cart/charge-rows.tsx';
import { dateTime, money, number } from '../../format.ts';
import { useSignedIn } from '../../session-context.ts';
import { useTitle } from '../../shell/use-title.ts';
import { DetailLink } from '../finding/detail-link.tsx';
import { lineColumns } from '../finding/line-columns.tsx';
import { WithReason } from '../finding/reason-bar.tsx';
import { CartBadge } from '../finding/status-badges.tsx';
import { findingTexts } from '../finding/texts.ts';
import { FoundOne } from '../found-one.tsx';

const words = findingTexts.carts;

type StaffCart = NonNullable<CartForStaffQuery['cart']>;

export function CartDetail() {
  const { cartId = '' } = useParams();
  useTitle(words.title(cartId.slice(0, 8)));
  return (
    <div className="stack">
      <Link to="/ops/carts" className="soft">
        ← {words.back}
      </Link>
      <WithReason isPage>
        <LoadedCart cartId={cartId} />
      </WithReason>
    </div>
  );
}

function LoadedCart({ cartId }: { readonly cartId: string }) {
  const query = useQuery(CartForStaffDocument, {
    variables: { cartId },
    fetchPolicy: 'cache-and-network',
  });
  const missing = (
    <EmptyState isPage icon="search" title={words.missingTitle}>
      {words.missing}
    </EmptyState>
  );
  return (
    <FoundOne found={query.data?.cart} {...{ query, missing }}>
      {(cart) => <ShownCart cart={cart} />}
    </FoundOne>
  );
}

function ShownCart({ cart }: { readonly cart: StaffCart }) {
  return (
    <>
      <div className="row">
        <h1>{words.title(cart.id.slice(0, 8))}</h1>
        <CartBadge status={cart.status} />
      </div>
      <div className="detail-columns">
        <section className="panel stack" aria-label={words.lines}>
          <h2>{words.lines}</h2>
          {cart.lines.length === 0 ? (
            <p className="soft">{words.emptyCart}</p>
          ) : (
            <Table
              stacks
              caption={words.lines}
              columns={lineColumns}
              rows={cart.lines}
              keyOf={({ sku }) => sku}
            />
          )}
          <Sums cart={cart} />
        </section>
        <aside className="stack">
          <section className="panel stack">
            <Facts cart={cart} />
          </section>
          <nav className="panel detail-links" aria-label={words.title(cart.id.slice(0, 8))}>
            <CartLinks cart={cart} />
          </nav>
        </aside>
      </div>
    </>
  );
}

function Sums({ cart: { totals } }: { readonly cart: StaffCart }) {
  return (
    <dl className="sums">
      <dt>{words.subtotal}</dt>
      <dd>{money(totals.subtotal)}</dd>
      <dt>{words.discount}</dt>
      <dd>{money(totals.discount)}</dd>
      <AddedRows shipping={totals.shipping} taxes={totals.taxes} />
      <dt className="whole">{words.total}</dt>
      <dd className="whole">{money(totals.total)}</dd>
      <IncludedRows taxes={totals.taxes} />
    </dl>
  );
}

function Facts({ cart }: { readonly cart: StaffCart }) {
  const coupons = cart.coupons.map(({ code }) => code).join(', ');
  const { mergedInto } = cart;
  return (
    <dl className="facts">
      <dt>{words.id}</dt>
      <dd>
        <code className="id">{cart.id}</code>
      </dd>
      <dt>{words.opened}</dt>
      <dd>{dateTime(cart.openedAt)}</dd>
      <dt>{words.columns.changed}</dt>
      <dd>{dateTime(cart.updatedAt)}</dd>
      <dt>{words.revision}</dt>
      <dd>{number(cart.revision)}</dd>
      <dt>{words.coupons}</dt>
      <dd>
        <bdi>{coupons === '' ? findingTexts.none : coupons}</bdi>
      </dd>
      {mergedInto != null && (
        <>
          <dt>{words.mergedInto}</dt>
          <dd>
            <Link to={`/ops/carts/${mergedInto}`}>{mergedInto}</Link>
          </dd>
        </>
      )}
    </dl>
  );
}

function CartLinks({ cart: { id, order } }: { readonly cart: StaffCart }) {
  const person = useSignedIn();
  return (
    <>
      <DetailLink icon="history" to={`/carts/${id}/history`}>
        {words.history}
      </DetailLink>
      <DetailLink icon="list" to={`/ops/events?stream=cart-${id}`}>
        {words.events}
      </DetailLink>
      {order != null && (
        <DetailLink icon="truck" to={`/ops/orders/${order.id}`}>
          {words.order}
        </DetailLink>
      )}
      {person?.role === 'admin' && (
        <DetailLink icon="eye" to={`/ops/access?cartId=${id}`}>
          {words.looks}
        </DetailLink>
      )}
    </>
  );
}
