// An order, live from placed to shipped.
import { useQuery, useSubscription } from '@apollo/client/react';
import { useEffect } from 'react';
import { Link, useLocation, useParams } from 'react-router';
import { useCartServices } from '../../cart-client/cart-context.ts';
import { useStore } from '../../cart-client/use-store.ts';
import { buttonClass } from '../../design/button.tsx';
import { Icon } from '../../design/icons.tsx';
import { ErrorState, Notice, Skeleton } from '../../design/states.tsx';
import {
  OrderPageChangedDocument,
  OrderPageDocument,
  type OrderPageFieldsFragment,
} from '../../../schema/generated/graphql.ts';
import { isOfNothing, wordsOf } from '../faults.ts';
import { dateTime, money } from '../format.ts';
import { NotFoundPage } from '../pages/not-found-page.tsx';
import { useTitle } from '../shell/use-title.ts';
import { texts } from '../texts.ts';
import { OrderLines } from './order-lines.tsx';
import { OrderProgress } from './order-progress.tsx';
import '../checkout/checkout.css';
import './order.css';

const words = texts.order;

export default function OrderPage() {
  const { orderId = '' } = useParams();
  useTitle(words.number(shortOf(orderId)));
  const { data, error, loading, refetch } = useOrder(orderId);
  if (data?.order) return <OrderView order={data.order} />;
  if (loading && data === undefined) return <OrderSkeleton />;
  if (error === undefined || isOfNothing(error)) {
    return <NotFoundPage title={words.missingTitle} words={words.missing} />;
  }
  return (
    <ErrorState
      isPage
      title={texts.faults.loadTitle}
      retryLabel={texts.retry}
      onRetry={() => void refetch()}
    >
      {wordsOf(error)}
    </ErrorState>
  );
}

/** The order follows its subscription; after a cut it is asked for again. */
function useOrder(orderId: string) {
  const { client } = useCartServices();
  const connection = useStore(client.connection);
  const query = useQuery(OrderPageDocument, {
    variables: { orderId },
    fetchPolicy: 'cache-and-network',
  });
  const isFound = query.data?.order != null;
  useSubscription(OrderPageChangedDocument, { variables: { orderId }, skip: !isFound });
  const { refetch } = query;
  useEffect(() => {
    // The query tells its own error.
    if (connection === 'live' && isFound) refetch().catch(() => undefined);
  }, [connection, isFound, refetch]);
  return query;
}

function OrderView({ order }: { readonly order: OrderPageFieldsFragment }) {
  const { state } = useLocation() as { state: { isNew?: boolean } | null };
  const isCancelled = order.status === 'CANCELLED';
  return (
    <div className="page narrow stack loose">
      <div className="page-head">
        <span className="overline">{words.number(shortOf(order.id))}</span>
        <h1>{state?.isNew === true && !isCancelled ? words.thanks : words.title}</h1>
        <p className="soft">
          {words.placedAt} <time dateTime={order.placedAt}>{dateTime(order.placedAt)}</time>
        </p>
      </div>
      {isCancelled ? (
        <Notice tone="bad" icon="alert" role="status">
          <strong>{words.cancelledTitle}</strong>
          <p>{words.cancelled}</p>
          {order.cancelReason !== null && <p>{reasonOf(order.cancelReason)}</p>}
          {order.refunded.minorUnits > 0 && <p>{words.refunded(money(order.refunded))}</p>}
        </Notice>
      ) : (
        <OrderProgress order={order} />
      )}
      <OrderLines order={order} />
      <div className="row">
        <Link to="/" className={buttonClass({ look: 'primary' })}>
          {words.shopOn}
        </Link>
        <Link to={`/carts/${order.cartId}/history`} className={buttonClass({ look: 'quiet' })}>
          <Icon name="history" size={18} />
          {words.history}
        </Link>
      </div>
    </div>
  );
}

/** A stable code, or words of staff. */
function reasonOf(reason: string): string {
  const known: Readonly<Record<string, string>> = words.reasons;
  return known[reason] ?? words.cancelReason(reason);
}

const shortOf = (id: string) => id.slice(0, 8).toUpperCase();

function OrderSkeleton() {
  return (
    <div className="page narrow stack loose" aria-busy="true">
      <Skeleton width="60%" height="2.5rem" />
      <Skeleton height="7rem" />
      <Skeleton height="14rem" />
    </div>
  );
}
