// Carries out a checkout. Another try of the same order carries the same command id, so the order
// is placed once.
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useCartServices } from '../../cart-client/cart-context.ts';
import { newCommandId } from '../../cart-client/command-id.ts';
import type {
  CartFieldsFragment,
  MoneyFieldsFragment,
  RejectionFieldsFragment,
} from '../../../schema/generated/graphql.ts';
import { wordsOf } from '../faults.ts';
import { money } from '../format.ts';
import { texts } from '../texts.ts';

interface PaymentDetails {
  readonly email: string;
  readonly paymentToken: string;
}

interface SubmittedOrder extends PaymentDetails {
  /** Done before; false where nothing can be ordered yet. */
  readonly prepare: () => Promise<boolean>;
}

export interface CheckoutInUse {
  /** The cart as the shopper sees it, also while it is being checked out. */
  readonly cart: CartFieldsFragment | null;
  readonly isBusy: boolean;
  /** Why nothing was ordered. */
  readonly fault: string | null;
  readonly submit: (order: SubmittedOrder) => Promise<void>;
}

export function useCheckout(heldCart: CartFieldsFragment | null): CheckoutInUse {
  const { commands, shelf } = useCartServices();
  const navigate = useNavigate();
  const commandId = useRef(newCommandId());
  // A second click comes before anything is drawn again.
  const isUnderWay = useRef(false);
  const [ordered, setOrdered] = useState<CartFieldsFragment | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const cart = ordered ?? heldCart;

  const submit: CheckoutInUse['submit'] = async ({ prepare, ...details }) => {
    if (cart === null || isUnderWay.current) return;
    isUnderWay.current = true;
    setOrdered(cart);
    setFault(null);
    if ((await prepare()) && (await place(cart, details))) return;
    isUnderWay.current = false;
    setOrdered(null);
  };
  const place = async ({ id, totals }: CartFieldsFragment, details: PaymentDetails) => {
    try {
      const { order, rejection } = await commands.checkOut(id, {
        ...details,
        expectedTotal: totals.total.minorUnits,
        commandId: commandId.current,
      });
      if (order !== null) {
        shelf.letGo(id);
        // Nothing is left at the checkout to come back to.
        await navigate(`/orders/${order.id}`, { state: { isNew: true }, replace: true });
        return true;
      }
      // Ordered elsewhere meanwhile: the page says so.
      if (commands.isClosed(id)) shelf.letGo(id);
      // What comes next is another order, with another total.
      commandId.current = newCommandId();
      setFault(rejection === null ? texts.faults.unknown : reasonOf(rejection, totals.total));
    } catch (error) {
      setFault(`${wordsOf(error)} ${texts.checkout.again}`);
    }
    return false;
  };
  return { cart, isBusy: ordered !== null, fault, submit };
}

function reasonOf(
  rejection: RejectionFieldsFragment,
  { currency, decimal }: MoneyFieldsFragment,
): string {
  if (rejection.__typename !== 'TotalChanged') return rejection.message;
  const digits = decimal.split('.')[1]?.length ?? 0;
  const now = (rejection.currentTotal / 10 ** digits).toFixed(digits);
  return texts.checkout.totalChanged(money({ decimal: now, currency }));
}
