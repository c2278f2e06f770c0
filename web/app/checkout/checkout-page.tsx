// The checkout: who and how to pay, beside what is ordered.
import { Link } from 'react-router';
import { useCart } from '../../cart-client/use-cart.ts';
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
  if (cart === null && isLoading) return <CheckoutSkeleton />;
  if (cart === null || cart.lines.length === 0) return <NothingToOrder />;
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

function NothingToOrder() {
  return (
    <div className="page">
      <EmptyState
        isPage
        icon="cart"
        title={words.emptyTitle}
        actions={
          <Link to="/" className={buttonClass({ look: 'primary' })}>
            {texts.cart.goOn}
          </Link>
        }
      >
        {words.empty}
      </EmptyState>
    </div>
  );
}
