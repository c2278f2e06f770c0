// Carries out a checkout. Another try of the same order carries the same command id, so the order
// is placed once.
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useCartServices } from '../../cart-client/cart-context.ts';
import { newCommandId } from '../../cart-client/command-id.ts';
import type {
  CartFieldsFragment,
  RejectionFieldsFragment,
} from '../../../schema/generated/graphql.ts';
import { wordsOf } from '../faults.ts';
import { money } from '../format.ts';
import { texts } from '../texts.ts';

export interface CheckoutInUse {
  /** The cart as the shopper sees it, also while it is being checked out. */
  readonly cart: CartFieldsFragment | null;
  readonly isBusy: boolean;
  /** Why nothing was ordered. */
  readonly fault: string | null;
  readonly submit: (details: { email: string; paymentToken: string }) => Promise<void>;
}

export function useCheckout(heldCart: CartFieldsFragment | null): CheckoutInUse {
  const { commands, shelf } = useCartServices();
  const navigate = useNavigate();
  const commandId = useRef(newCommandId());
  const [ordered, setOrdered] = useState<CartFieldsFragment | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const cart = ordered ?? heldCart;

  const submit: CheckoutInUse['submit'] = async (details) => {
    if (cart === null || ordered !== null) return;
    setOrdered(cart);
    setFault(null);
    try {
      const { order, rejection } = await commands.checkOut(cart.id, {
        ...details,
        expectedTotal: cart.totals.total.minorUnits,
        commandId: commandId.current,
      });
      if (order !== null) {
        shelf.letGo(cart.id);
        await navigate(`/orders/${order.id}`, { state: { isNew: true } });
        return;
      }
      // What comes next is another order, with another total.
      commandId.current = newCommandId();
      setFault(rejection === null ? texts.faults.unknown : reasonOf(rejection, cart));
    } catch (error) {
      setFault(`${wordsOf(error)} ${texts.checkout.again}`);
    }
    setOrdered(null);
  };
  return { cart, isBusy: ordered !== null, fault, submit };
}

function reasonOf(rejection: RejectionFieldsFragment, { totals }: CartFieldsFragment): string {
  if (rejection.__typename !== 'TotalChanged') return rejection.message;
  const { currency, decimal } = totals.total;
  const digits = decimal.split('.')[1]?.length ?? 0;
  const now = (rejection.currentTotal / 10 ** digits).toFixed(digits);
  return texts.checkout.totalChanged(money({ decimal: now, currency }));
}
