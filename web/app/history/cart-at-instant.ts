// The cart at an instant that the address names, which can be between two events.
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { CartAsKnownDocument, CartAtDocument } from '../../../schema/generated/graphql.ts';
import type { CartThen } from './history-context.ts';
import type { PlaceInPast } from './place-in-past.ts';

export interface CartAtInstant {
  readonly key: string;
  /** Null before the cart was opened; undefined when the service did not tell. */
  readonly cart: CartThen | null | undefined;
}

/** Null: the newest. */
export function revisionOf(at: CartAtInstant | undefined): number | null {
  if (at?.cart === undefined) return null;
  return at.cart?.revision ?? 0;
}

/** Undefined while it is loaded; what was known at another instant stays until then. */
export function useCartAtInstant(
  cartId: string,
  { instant, known }: PlaceInPast,
): CartAtInstant | undefined {
  const apollo = useApolloClient();
  const [found, setFound] = useState<CartAtInstant>();
  const key = `${cartId} ${instant ?? ''}`;
  useEffect(() => {
    if (instant === null) return undefined;
    let isOver = false;
    const asked =
      known === null
        ? cartAt(apollo, cartId, instant)
        : cartAsKnown(apollo, cartId, instant, known);
    asked.then(
      (cart) => {
        if (!isOver) setFound({ key, cart });
      },
      // The timeline tells what is wrong with this cart.
      () => {
        if (!isOver) setFound({ key, cart: undefined });
      },
    );
    return () => {
      isOver = true;
    };
  }, [apollo, cartId, instant, known, key]);
  return instant !== null && found?.key === key ? found : undefined;
}

/** The future cannot be computed; a link to it shows the newest state. */
export function notInFuture(instant: string): string {
  return new Date(Math.min(Date.parse(instant), Date.now())).toISOString();
}

async function cartAt(apollo: ApolloClient, cartId: string, instant: string) {
  const { data } = await apollo.query({
    query: CartAtDocument,
    variables: { cartId, timestamp: notInFuture(instant) },
    fetchPolicy: 'no-cache',
  });
  return data?.cartAt ?? null;
}

async function cartAsKnown(apollo: ApolloClient, cartId: string, instant: string, known: string) {
  const { data } = await apollo.query({
    query: CartAsKnownDocument,
    variables: { cartId, timestamp: notInFuture(instant), asRecordedAt: notInFuture(known) },
    fetchPolicy: 'no-cache',
  });
  return data?.cartAt ?? null;
}
