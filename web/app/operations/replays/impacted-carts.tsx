// Every affected cart, the most affected first, each with a way into its history.
import { useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { Button } from '../../../design/button.tsx';
import { Badge } from '../../../design/states.tsx';
import {
  ImpactedCartsDocument,
  type ImpactedCartsQuery,
} from '../../../../schema/generated/graphql.ts';
import { date, money, moneyWithSign, number } from '../../format.ts';
import { QueryState } from '../query-state.tsx';
import { reportTexts } from './texts.ts';

const words = reportTexts;

type Cart = NonNullable<ImpactedCartsQuery['impactReport']>['carts']['nodes'][number];

export function ImpactedCarts({ id }: { readonly id: string }) {
  const { data, error, loading, refetch, fetchMore } = useQuery(ImpactedCartsDocument, {
    variables: { id },
    notifyOnNetworkStatusChange: true,
    // Pages of one report are put together here.
    fetchPolicy: 'no-cache',
  });
  const carts = data?.impactReport?.carts;
  if (carts === undefined) return <QueryState error={error} onRetry={() => void refetch()} />;
  const more = () =>
    fetchMore({
      variables: { after: carts.pageInfo.endCursor },
      updateQuery: (shown, { fetchMoreResult }) => joined(shown, fetchMoreResult),
    });
  return (
    <section className="stack">
      <div className="row apart">
        <h2>{words.everyCart}</h2>
        <span className="soft">
          {words.shownOf(number(carts.nodes.length), number(carts.totalCount))}
        </span>
      </div>
      <ol className="impacted">
        <li className="head" aria-hidden="true">
          <span>{words.cart}</span>
          <span>{words.before}</span>
          <span>{words.after}</span>
          <span>{words.difference}</span>
        </li>
        {carts.nodes.map((cart) => (
          <ImpactedCart key={cart.cartId} cart={cart} />
        ))}
      </ol>
      {carts.pageInfo.hasNextPage && (
        <Button busy={loading} onClick={() => void more()}>
          {words.more}
        </Button>
      )}
    </section>
  );
}

function joined(shown: ImpactedCartsQuery, next: ImpactedCartsQuery): ImpactedCartsQuery {
  if (shown.impactReport === null || next.impactReport === null) return next;
  const nodes = [...shown.impactReport.carts.nodes, ...next.impactReport.carts.nodes];
  return {
    impactReport: { ...next.impactReport, carts: { ...next.impactReport.carts, nodes } },
  };
}

function ImpactedCart({ cart }: { readonly cart: Cart }) {
  const { cartId, orderId, customerId, day, before, after, difference, because } = cart;
  return (
    <li>
      <span className="cart-id">
        <Link to={`/carts/${cartId}/history`}>
          <code>{cartId.slice(0, 8)}</code>
          <span className="visually-hidden">{words.historyOf(cartId)}</span>
        </Link>
        <Badge>{orderId === null ? words.openCart : words.order}</Badge>
      </span>
      <span className="amount">
        <span className="visually-hidden">{words.before} </span>
        {money(before)}
      </span>
      <span className="amount">
        <span className="visually-hidden">{words.after} </span>
        {money(after)}
      </span>
      <strong className={`amount ${difference.minorUnits < 0 ? 'less' : 'more'}`}>
        <span className="visually-hidden">{words.difference} </span>
        {moneyWithSign(difference)}
      </strong>
      <details>
        <summary>{words.why}</summary>
        <p className="soft">
          {date(day)}
          {customerId !== null && (
            <>
              {' · '}
              <bdi>{customerId}</bdi>
            </>
          )}
          {orderId !== null && (
            <>
              {' · '}
              <Link to={`/orders/${orderId}`}>{words.toOrder}</Link>
            </>
          )}
        </p>
        <ul className="parts">
          {because.before.map((part) => (
            <Part key={`before ${part.eventId} ${part.label}`} side="less" part={part} />
          ))}
          {because.after.map((part) => (
            <Part key={`after ${part.eventId} ${part.label}`} side="more" part={part} />
          ))}
        </ul>
      </details>
    </li>
  );
}

interface PartProps {
  readonly side: 'less' | 'more';
  readonly part: Cart['because']['before'][number];
}

function Part({ side, part: { label, amount, revision } }: PartProps) {
  return (
    <li className={side}>
      <span>
        {side === 'less' ? words.before : words.after}: <bdi>{label}</bdi>
      </span>
      <span className="amount">{money(amount)}</span>
      <span className="soft">{words.event(number(revision))}</span>
    </li>
  );
}
