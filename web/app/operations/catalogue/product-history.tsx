// All that happened to a product, its prices among it.
import { useQuery } from '@apollo/client/react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import { Drawer } from '../../../design/layer.tsx';
import {
  BoardProductHistoryDocument,
  type BoardProductHistoryQuery,
  DropPlannedPriceDocument,
  type DropPlannedPriceMutation,
} from '../../../../schema/generated/graphql.ts';
import { dateTime, money } from '../../format.ts';
import { texts } from '../../texts.ts';
import { PageTurner, usePageStack } from '../page-stack.tsx';
import { QueryState } from '../query-state.tsx';
import { useCommand, useIsAdmin } from '../use-admin.ts';
import type { AdministeredProduct } from '../use-products.ts';
import { productEventWords } from './product-event-words.ts';
import { catalogueTexts } from './texts.ts';

const words = catalogueTexts;
const pageSize = 25;

type ProductEvent = BoardProductHistoryQuery['productHistory']['nodes'][number];

interface ProductHistoryProps {
  readonly product: AdministeredProduct;
  readonly onClose: () => void;
}

export function ProductHistory({ product, onClose }: ProductHistoryProps) {
  const { sku, name, plannedPrices } = product;
  return (
    <Drawer open onClose={onClose} title={words.historyOf(name)} closeLabel={texts.close}>
      <div className="stack">
        {plannedPrices !== null && plannedPrices.length > 0 && (
          <PlannedPrices sku={sku} prices={plannedPrices} onDrop={onClose} />
        )}
        <Events sku={sku} />
      </div>
    </Drawer>
  );
}

const dropRefusal = ({ dropPlannedPrice }: DropPlannedPriceMutation) => dropPlannedPrice.rejection;

interface PlannedPricesProps {
  readonly sku: string;
  readonly prices: NonNullable<AdministeredProduct['plannedPrices']>;
  readonly onDrop: () => void;
}

function PlannedPrices({ sku, prices, onDrop }: PlannedPricesProps) {
  const isAdmin = useIsAdmin();
  const { run, isBusy } = useCommand(DropPlannedPriceDocument, {
    refusalOf: dropRefusal,
    done: words.plannedDropped,
  });
  const drop = async (currency: string, holdsFrom: string) => {
    if (await run({ input: { commandId: newCommandId(), sku, currency, holdsFrom } })) onDrop();
  };
  return (
    <section className="stack tight">
      <h3>{words.plannedTitle}</h3>
      {prices.map(({ price, holdsFrom }) => (
        <div key={`${price.currency} ${holdsFrom}`} className="row apart">
          {words.planned(money(price), dateTime(holdsFrom))}
          {isAdmin && (
            <Button
              size="small"
              busy={isBusy}
              aria-label={words.dropPlannedOf(money(price), dateTime(holdsFrom))}
              onClick={() => void drop(price.currency, holdsFrom)}
            >
              {words.dropPlanned}
            </Button>
          )}
        </div>
      ))}
    </section>
  );
}

function Events({ sku }: { readonly sku: string }) {
  const stack = usePageStack(sku);
  const { data, previousData, error, loading, refetch } = useQuery(BoardProductHistoryDocument, {
    variables: {
      ...{ sku, last: pageSize },
      ...(stack.cursor !== undefined && { before: stack.cursor }),
    },
    fetchPolicy: 'network-only',
    notifyOnNetworkStatusChange: true,
  });
  const events = (data ?? (error === undefined ? previousData : undefined))?.productHistory;
  if (events === undefined) return <QueryState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <ol className="product-events">
        {events.nodes.toReversed().map((event) => (
          <ShownEvent key={event.id} event={event} />
        ))}
      </ol>
      <PageTurner
        stack={stack}
        nextCursor={events.pageInfo.hasPreviousPage ? events.pageInfo.startCursor : null}
        busy={loading}
      />
    </>
  );
}

function ShownEvent({ event }: { readonly event: ProductEvent }) {
  const { type, recordedAt, actorKind, actorSubject, data } = event;
  const stored: Readonly<Record<string, unknown>> = data;
  return (
    <li>
      <strong>
        <bdi>{productEventWords(type, stored) ?? type}</bdi>
      </strong>
      <span className="soft">
        <time dateTime={recordedAt}>{dateTime(recordedAt)}</time>
        {actorKind !== null && (
          <>
            {' · '}
            <bdi>{[actorKind, actorSubject].filter((part) => part !== null).join(' ')}</bdi>
          </>
        )}
      </span>
      <details>
        <summary>{words.stored}</summary>
        <code>
          <bdi>{type}</bdi>
        </code>
        <pre tabIndex={0}>{JSON.stringify(stored, null, 1)}</pre>
      </details>
    </li>
  );
}
