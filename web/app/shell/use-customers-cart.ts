// The cart of a customer who signs in: what the guest had put in comes along. Signing out puts the
// customer's cart away.
import { useEffect } from 'react';
import type { ClaimFieldsFragment } from '../../../schema/generated/graphql.ts';
import type { CartShelf } from '../../cart-client/cart-shelf.ts';
import { useCartServices } from '../../cart-client/cart-context.ts';
import { useToast } from '../../design/toast.tsx';
import { useSignedIn } from '../session-context.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';

const words = texts.cart;

export function useCustomersCart(): void {
  const { shelf, commands } = useCartServices();
  const toast = useToast();
  const person = useSignedIn();
  const customer = person?.role === 'customer' ? person.subject : null;
  useEffect(() => {
    if (customer === null) {
      // The sign-in ended while the page was closed.
      putAway(shelf);
      return;
    }
    commands.comeIn().then(
      (claim) => {
        if (claim !== null && claim.lines.length > 0) toast({ text: wordsOf(claim) });
      },
      // The guest's cart stays; the next visit claims it.
      (error: unknown) => console.warn('The cart could not be claimed.', error),
    );
    return () => putAway(shelf);
  }, [customer, commands, shelf, toast]);
}

function putAway(shelf: CartShelf): void {
  const held = shelf.current.get();
  if (held?.token === null) shelf.letGo(held.id);
}

function wordsOf({ lines, coupons }: ClaimFieldsFragment): string {
  const leftOut = [
    ...lines.filter(({ refusal }) => refusal !== null).map(({ name }) => shownName(name)),
    ...coupons.filter(({ refusal }) => refusal !== null).map(({ code }) => code),
  ];
  return leftOut.length === 0 ? words.merged : words.mergedInPart(leftOut.join(', '));
}
