// The held cart, live: it follows every change of it, made here or elsewhere.
import { useQuery } from '@apollo/client/react';
import { createContext, useContext, useEffect } from 'react';
import { CartDocument, type CartFieldsFragment } from '../../schema/generated/graphql.ts';
import type { CartCommands } from './cart-commands.ts';
import type { CartServices } from './cart-context.ts';
import { useCartChanged } from './use-cart-changed.ts';
import { useStore } from './use-store.ts';

export interface CartInUse {
  /** Null when no cart is held, and while it is loaded. */
  readonly cart: CartFieldsFragment | null;
  readonly isLoading: boolean;
  /** True while the service has not answered everything yet: amounts can still change. */
  readonly isPending: boolean;
  readonly commands: CartCommands;
}

export const CartInUseContext = createContext<CartInUse | null>(null);

/** @throws Error outside of <CartProvider> */
export function useCart(): CartInUse {
  const cart = useContext(CartInUseContext);
  if (cart === null) throw new Error('There is no <CartProvider> around this component');
  return cart;
}

/** For the provider alone; components call `useCart`. */
export function useHeldCart({ shelf, commands }: CartServices): CartInUse {
  const held = useStore(shelf.current);
  const pending = useStore(commands.pending);
  const cartId = held?.id;
  const { data, loading, error } = useQuery(CartDocument, {
    variables: { cartId: cartId ?? '' },
    skip: cartId === undefined,
  });
  useCartChanged(cartId);
  // A cart that the service does not know, as after its data were replaced, is of no use.
  const isUnknown = cartId !== undefined && !loading && error === undefined && data?.cart === null;
  useEffect(() => {
    if (isUnknown) shelf.letGo(cartId);
  }, [isUnknown, cartId, shelf]);
  return {
    cart: (cartId === undefined ? null : data?.cart) ?? null,
    isLoading: cartId !== undefined && loading,
    isPending: pending > 0,
    commands,
  };
}
