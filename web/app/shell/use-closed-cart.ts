// A cart that was checked out in another tab, or merged into another cart, is put away here too.
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import {
  CartOrderDocument,
  type CartOrderQueryVariables,
} from '../../../schema/generated/graphql.ts';
import { type CartServices, useCartServices } from '../../cart-client/cart-context.ts';
import { useCart } from '../../cart-client/use-cart.ts';
import { type Toast, useToast } from '../../design/toast.tsx';
import { texts } from '../texts.ts';

const words = texts.checkout;

export function useClosedCart(): void {
  const services = useCartServices();
  const { cart } = useCart();
  const toast = useToast();
  const navigate = useNavigate();
  const { id, status, revision } = cart ?? {};
  useEffect(() => {
    if (id === undefined || services.commands.isClosedHere(id)) return;
    if (status !== 'CHECKED_OUT' && status !== 'MERGED') return;
    services.shelf.letGo(id);
    if (status === 'MERGED') toast({ text: words.mergedElsewhere });
    else {
      const closed = { cartId: id, minRevision: revision ?? null };
      void closedToast(services, closed, (path) => void navigate(path)).then(toast);
    }
  }, [id, status, revision, services, toast, navigate]);
}

async function closedToast(
  { client }: CartServices,
  variables: CartOrderQueryVariables,
  goTo: (path: string) => void,
): Promise<Toast> {
  const text = words.closedElsewhere;
  // Without an answer, all is told but the way to the order.
  const { data } = await client.apollo
    .query({ query: CartOrderDocument, variables, fetchPolicy: 'network-only' })
    .catch(() => ({ data: undefined }));
  const order = data?.cart?.order;
  if (order == null) return { text };
  const action = { label: words.showOrder, run: () => goTo(`/orders/${order.id}`) };
  return { text, action };
}
