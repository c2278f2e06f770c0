// The search for carts: filters, and the carts that match, the last changed first.
import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import {
  type CartFilter,
  FindCartsDocument,
  type FindCartsQuery,
} from '../../../../schema/generated/graphql.ts';
import { counted, dateTime, money } from '../../format.ts';
import { shownName } from '../../shown-name.ts';
import { FilterForm } from '../finding/filter-form.tsx';
import { type Filters, given, startOfDay, useFilters } from '../finding/filters.ts';
import { FoundList } from '../finding/found-list.tsx';
import { NothingFound } from '../finding/nothing-found.tsx';
import { usePagePlace } from '../finding/pager.tsx';
import { personalNames, searchFields, type SearchName } from '../finding/shop-search.ts';
import { ShortId } from '../finding/short-id.tsx';
import { CartBadge } from '../finding/status-badges.tsx';
import { findingTexts } from '../finding/texts.ts';

const words = findingTexts.carts;
const pageSize = 20;

type FoundCart = FindCartsQuery['carts']['nodes'][number];

const fields = searchFields(findingTexts.cartStatus);

export function CartSearch() {
  const state = useFilters(fields, personalNames);
  const filter = useMemo(() => filterOf(state.values), [state.values]);
  const [place, setPlace] = usePagePlace(pageSize, filter);
  const query = useQuery(FindCartsDocument, {
    variables: { filter, ...place },
    fetchPolicy: 'cache-and-network',
  });
  const { data, previousData, error } = query;
  const found = data?.carts ?? (error === undefined ? previousData?.carts : undefined);
  return (
    <>
      <FilterForm label={words.about} fields={fields} state={state} />
      <FoundList
        {...{ found, query, columns }}
        size={pageSize}
        onTurn={setPlace}
        caption={words.table}
        nothing={<NothingFound isFiltered={!state.isEmpty} icon="cart" words={words} />}
      />
    </>
  );
}

function filterOf({ from, until, status, ...others }: Filters<SearchName>): CartFilter {
  return {
    ...given(others),
    ...(status !== '' && { status: status as keyof typeof findingTexts.cartStatus }),
    ...given({ changedFrom: startOfDay(from), changedBefore: startOfDay(until, 1) }),
  };
}

const columns = [
  {
    key: 'cart',
    head: words.columns.cart,
    cell: ({ id }: FoundCart) => (
      <Link className="found-row-link" to={`/ops/carts/${id}`}>
        <ShortId id={id} />
      </Link>
    ),
  },
  {
    key: 'status',
    head: words.columns.status,
    cell: ({ status }: FoundCart) => <CartBadge status={status} />,
  },
  {
    key: 'total',
    head: words.columns.total,
    amount: true,
    cell: ({ totals }: FoundCart) => money(totals.total),
  },
  {
    key: 'changed',
    head: words.columns.changed,
    cell: ({ updatedAt }: FoundCart) => <time dateTime={updatedAt}>{dateTime(updatedAt)}</time>,
  },
  {
    key: 'contents',
    head: words.columns.contents,
    cell: (cart: FoundCart) => <Contents cart={cart} />,
  },
];

function Contents({ cart: { lines, coupons, totals } }: { readonly cart: FoundCart }) {
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const more = totals.itemCount - units;
  if (lines.length === 0) return <span className="soft">{words.emptyCart}</span>;
  return (
    <div className="contents">
      {lines.map(({ sku, name, quantity }) => (
        <span key={sku}>
          {quantity} × <bdi>{shownName(name)}</bdi>
        </span>
      ))}
      {more > 0 && <span className="soft">{counted(more, words.andMore)}</span>}
      {coupons.length > 0 && (
        <span className="soft">
          <bdi>{coupons.map(({ code }) => code).join(', ')}</bdi>
        </span>
      )}
    </div>
  );
}
