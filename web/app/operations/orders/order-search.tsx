// The search for orders: filters, and the orders that match, the newest first.
import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import {
  FindOrdersDocument,
  type FindOrdersQuery,
  type OrderFilter,
} from '../../../../schema/generated/graphql.ts';
import { dateTime, money } from '../../format.ts';
import { FilterForm } from '../finding/filter-form.tsx';
import { type Filters, given, startOfDay, useFilters } from '../finding/filters.ts';
import { FoundList } from '../finding/found-list.tsx';
import { NothingFound } from '../finding/nothing-found.tsx';
import { usePagePlace } from '../finding/pager.tsx';
import { personalNames, searchFields, type SearchName } from '../finding/shop-search.ts';
import { ShortId } from '../finding/short-id.tsx';
import { OrderBadge } from '../finding/status-badges.tsx';
import { findingTexts } from '../finding/texts.ts';

const words = findingTexts.orders;
const pageSize = 20;

type FoundOrder = FindOrdersQuery['orders']['nodes'][number];

const fields = searchFields(findingTexts.orderStatus);

export function OrderSearch() {
  const state = useFilters(fields, personalNames);
  const filter = useMemo(() => filterOf(state.values), [state.values]);
  const [place, setPlace] = usePagePlace(pageSize, filter);
  const query = useQuery(FindOrdersDocument, {
    variables: { filter, ...place },
    fetchPolicy: 'cache-and-network',
  });
  const { data, previousData, error } = query;
  const found = data?.orders ?? (error === undefined ? previousData?.orders : undefined);
  return (
    <>
      <FilterForm label={words.about} fields={fields} state={state} />
      <FoundList
        {...{ found, query, columns }}
        size={pageSize}
        onTurn={setPlace}
        caption={words.table}
        nothing={<NothingFound isFiltered={!state.isEmpty} icon="truck" words={words} />}
      />
    </>
  );
}

function filterOf({ from, until, status, ...others }: Filters<SearchName>): OrderFilter {
  return {
    ...given(others),
    ...(status !== '' && { status: status as keyof typeof findingTexts.orderStatus }),
    ...given({ placedFrom: startOfDay(from), placedBefore: startOfDay(until, 1) }),
  };
}

const columns = [
  {
    key: 'order',
    head: words.columns.order,
    cell: ({ id }: FoundOrder) => (
      <Link className="found-row-link" to={`/ops/orders/${id}`}>
        <ShortId id={id} />
      </Link>
    ),
  },
  {
    key: 'status',
    head: words.columns.status,
    cell: ({ status }: FoundOrder) => <OrderBadge status={status} />,
  },
  {
    key: 'paid',
    head: words.columns.paid,
    cell: ({ paymentStatus }: FoundOrder) => findingTexts.paymentStatus[paymentStatus],
  },
  {
    key: 'placed',
    head: words.columns.placed,
    cell: ({ placedAt }: FoundOrder) => <time dateTime={placedAt}>{dateTime(placedAt)}</time>,
  },
  {
    key: 'total',
    head: words.columns.total,
    amount: true,
    cell: ({ total }: FoundOrder) => money(total),
  },
];
