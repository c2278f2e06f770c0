// Apollo's cache for this schema. Only what has an `id` is kept once for all queries; a cart's lines,
// coupons and totals are values that belong to it.
import { InMemoryCache, type Reference } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import possibleTypes from '../../schema/generated/possible-types.ts';

/** A list that gets shorter is not lost data. */
const replaced = { merge: false } as const;

export function createCartCache(): InMemoryCache {
  return new InMemoryCache({
    ...possibleTypes,
    typePolicies: {
      // The pages of one search become one list.
      Query: {
        fields: {
          ...{ taxRules: replaced, allShippingMethods: replaced, webhooks: replaced },
          products: relayStylePagination(['search', 'sort', 'filter']),
          // What the checkout answered is there before it is asked for.
          order: (found: Reference | null | undefined, { args, toReference }) =>
            found ?? toReference({ __typename: 'Order', id: String(args?.['orderId']) }),
        },
      },
      Cart: {
        fields: { lines: replaced, coupons: replaced, problems: replaced, totals: replaced },
      },
      Order: { fields: { lines: replaced, corrections: replaced } },
      Webhook: { fields: { eventTypes: replaced } },
      ProjectionStatus: { fields: { others: replaced } },
    },
  });
}
