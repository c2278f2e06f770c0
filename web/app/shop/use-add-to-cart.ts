// Adding a product. Only the first one has to wait: it opens the cart.
import { useState } from 'react';
import { useCartServices } from '../../cart-client/cart-context.ts';
import { useCart } from '../../cart-client/use-cart.ts';
import { useToast } from '../../design/toast.tsx';
import type { ProductFieldsFragment } from '../../../schema/generated/graphql.ts';
import { useCartDrawer } from '../cart/drawer-context.ts';
import { useIntent } from '../cart/use-intent.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';

export function useAddToCart() {
  const { shelf } = useCartServices();
  const { commands } = useCart();
  const { open } = useCartDrawer();
  const intend = useIntent();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const add = async (product: ProductFieldsFragment, quantity = 1) => {
    const isFirst = shelf.current.get() === null;
    setBusy(isFirst);
    const isAdded = await intend(commands.add(product, quantity));
    setBusy(false);
    if (!isAdded) return;
    const { showCart, added } = texts.shop;
    const text = added(shownName(product.name));
    toast({ text, kind: 'added', action: { label: showCart, run: open } });
  };
  return { add, isBusy };
}
