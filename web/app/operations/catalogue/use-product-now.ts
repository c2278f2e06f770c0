// A product as the service has it now, for a form that began with an earlier one.
import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { useToast } from '../../../design/toast.tsx';
import { BoardProductDocument } from '../../../../schema/generated/graphql.ts';
import type { AdministeredProduct } from '../use-products.ts';
import { catalogueTexts } from './texts.ts';

/** Resolves with null, and tells so, when it came off sale meanwhile. */
export function useProductNow(): (sku: string) => Promise<AdministeredProduct | null> {
  const client = useApolloClient();
  const toast = useToast();
  return useCallback(
    async (sku) => {
      const { data } = await client.query({
        query: BoardProductDocument,
        variables: { sku },
        fetchPolicy: 'network-only',
      });
      const product = data?.product ?? null;
      if (product === null) toast({ text: catalogueTexts.goneMeanwhile, tone: 'bad' });
      return product;
    },
    [client, toast],
  );
}
