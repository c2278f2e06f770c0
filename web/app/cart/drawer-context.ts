// The cart's drawer, which any page can open.
import { createContext, useContext } from 'react';

export interface CartDrawerControl {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
}

const closed: CartDrawerControl = { isOpen: false, open: () => undefined, close: () => undefined };

export const CartDrawerContext = createContext<CartDrawerControl>(closed);

export const useCartDrawer = (): CartDrawerControl => useContext(CartDrawerContext);
