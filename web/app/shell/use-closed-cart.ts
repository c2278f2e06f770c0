// A cart that was checked out in another tab, or merged into another cart, is put away here too.
import { useEffect } from 'react';
import { useCartServices } from '../../cart-client/cart-context.ts';
import { useCart } from '../../cart-client/use-cart.ts';
import { useToast } from '../../design/toast.tsx';
import { texts } from '../texts.ts';

export function useClosedCart(): void {
  const { shelf, commands } = useCartServices();
  const { cart } = useCart();
  const toast = useToast();
  const closedId =
    cart?.status === 'CHECKED_OUT' || cart?.status === 'MERGED' ? cart.id : undefined;
  useEffect(() => {
    if (closedId === undefined || commands.isClosedHere(closedId)) return;
    shelf.letGo(closedId);
    toast({ text: texts.checkout.closedElsewhere });
  }, [closedId, commands, shelf, toast]);
}
