// The products that a search finds, page by page, for the places that administer them.
import { useQuery } from '@apollo/client/react';
import { useDeferredValue, useState } from 'react';
import {
  type AdministeredProductFieldsFragment,
  BoardProductsDocument,
  type ProductSale,
} from '../../../schema/generated/graphql.ts';
import { readAnew } from './read-anew.ts';

export type AdministeredProduct = AdministeredProductFieldsFragment;

const pageSize = 25;

export function useProducts() {
  const [search, setSearch] = useState('');
  const [sale, setSale] = useState<ProductSale>('ON_SALE');
  const wanted = useDeferredValue(search).trim();
  const { data, previousData, error, loading, fetchMore, refetch } = useQuery(
    BoardProductsDocument,
    {
      variables: {
        ...{ first: pageSize, filter: { sale } },
        ...(wanted === '' ? { sort: 'NAME' } : { search: wanted }),
      },
      ...readAnew,
      notifyOnNetworkStatusChange: true,
    },
  );
  const page = data?.products ?? (loading ? previousData?.products : undefined);
  return {
    ...{ search, setSearch, sale, setSale, loading, refetch },
    error: page === undefined ? error : undefined,
    products: page?.edges.map(({ node }): AdministeredProduct => node),
    totalCount: page?.totalCount ?? 0,
    more:
      page?.pageInfo.hasNextPage === true
        ? () => void fetchMore({ variables: { after: page.pageInfo.endCursor } })
        : undefined,
  };
}
