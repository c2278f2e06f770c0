// Every change of a cart, once and in order, also across lost connections. Each also updates the
// cart in Apollo's cache, so queries of it follow.
import { useSubscription } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import {
  CartChangedDocument,
  type CartChangedSubscription,
} from '../../schema/generated/graphql.ts';

type Change = CartChangedSubscription['cartChanged'];

/** @param cartId undefined: nothing is watched */
export function useCartChanged(cartId: string | undefined, onChange?: (change: Change) => void) {
  const listener = useRef(onChange);
  useEffect(() => {
    listener.current = onChange;
  });
  return useSubscription(CartChangedDocument, {
    variables: { cartId: cartId ?? '' },
    skip: cartId === undefined,
    onData: ({ data: { data } }) => {
      if (data !== undefined) listener.current?.(data.cartChanged);
    },
  });
}
