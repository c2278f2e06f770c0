// The checkout: who and how to pay, beside what is ordered.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Link } from 'react-router';
import { CartOrderDocument } from '../../../schema/generated/graphql.ts';
import { useCart } from '../../cart-client/use-cart.ts';
import { useCartChanged } from '../../cart-client/use-cart-changed.ts';
import { buttonClass } from '../../design/button.tsx';
import { EmptyState, Skeleton } from '../../design/states.tsx';
import { CartProblems } from '../cart/cart-problems.tsx';
import { useTitle } from '../shell/use-title.ts';
import { texts } from '../texts.ts';
import { CheckoutForm } from './checkout-form.tsx';
import { CheckoutSummary } from './checkout-summary.tsx';
import { useCheckout } from './use-checkout.ts';
import './checkout.css';

const words = texts.checkout;

export default function CheckoutPage() {
  useTitle(words.title);
  const { cart: heldCart, isLoading, isPending } = useCart();
  const checkout = useCheckout(heldCart);
  const { cart } = checkout;
  const shownId = useLatestId(cart);
  if (cart === null && isLoading) return <CheckoutSkeleton />;
  if (cart === null || cart.lines.length === 0) {
    return <NothingToOrder cartId={cart === null ? shownId : undefined} />;
  }
  return (
    <div className="page">
      <div className="page-head">
        <span className="overline">{words.overline}</span>
        <h1>{words.title}</h1>
      </div>
      <div className="checkout">
        <div className="stack">
          <CartProblems cart={cart} />
          <CheckoutForm cart={cart} checkout={checkout} />
        </div>
        <CheckoutSummary cart={cart} isPending={isPending && !checkout.isBusy} />
      </div>
    </div>
  );
}

/** The cart that was here last. */
function useLatestId(cart: { readonly id: string } | null): string | undefined {
  const [id, setId] = useState(cart?.id);
  if (cart !== null && cart.id !== id) setId(cart.id);
  return id;
}

function CheckoutSkeleton() {
  return (
    <div className="page" aria-busy="true">
      <div className="page-head">
        <span className="overline">{words.overline}</span>
        <h1>{words.title}</h1>
      </div>
      <Skeleton height="24rem" />
    </div>
  );
}

/** @param cartId of a cart that was here until it was put away elsewhere, perhaps with an order */
function NothingToOrder({ cartId = '' }: { readonly cartId: string | undefined }) {
  // Another tab puts the cart away before the rows have its order: each change asks for it again.
  const { data: changed } = useCartChanged(cartId === '' ? undefined : cartId);
  const { data, previousData } = useQuery(CartOrderDocument, {
    variables: { cartId, minRevision: changed?.cartChanged.revision ?? null },
    fetchPolicy: 'network-only',
    skip: cartId === '',
  });
  const order = (data ?? previousData)?.cart?.order;
  return (
    <div className="page">
      <EmptyState
        isPage
        icon="cart"
        title={order == null ? words.emptyTitle : words.orderedTitle}
        actions={
          <>
            {order != null && (
              <Link to={`/orders/${order.id}`} className={buttonClass({ look: 'primary' })}>
                {words.showOrder}
              </Link>
            )}
            <Link to="/" className={buttonClass({ look: order == null ? 'primary' : 'quiet' })}>
              {texts.cart.goOn}
            </Link>
          </>
        }
      >
        {order == null ? words.empty : words.ordered}
      </EmptyState>
    </div>
  );
}
