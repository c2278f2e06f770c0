// The cart at the side of any page: lines, coupons, problems, totals, and the way to the checkout.
import { Link } from 'react-router';
import { useCart } from '../../cart-client/use-cart.ts';
import { Button, buttonClass } from '../../design/button.tsx';
import { Icon } from '../../design/icons.tsx';
import { Drawer } from '../../design/layer.tsx';
import { EmptyState, Skeleton } from '../../design/states.tsx';
import { texts } from '../texts.ts';
import { CartLines } from './cart-lines.tsx';
import { CartProblems } from './cart-problems.tsx';
import { CartTotals } from './cart-totals.tsx';
import { Coupons } from './coupons.tsx';
import { useCartDrawer } from './drawer-context.ts';

const words = texts.cart;

export function CartDrawer() {
  const { isOpen, close } = useCartDrawer();
  const { cart, isLoading, isPending } = useCart();
  const isFilled = cart !== null && cart.lines.length > 0;
  return (
    <Drawer
      open={isOpen}
      onClose={close}
      title={words.title}
      closeLabel={texts.close}
      {...(isFilled && {
        foot: (
          <div className="stack">
            <CartTotals totals={cart.totals} isPending={isPending} />
            <Link
              to="/checkout"
              onClick={close}
              className={buttonClass({ look: 'primary', size: 'large', wide: true })}
            >
              {words.checkout}
            </Link>
            <Link to={`/carts/${cart.id}/history`} onClick={close} className="quiet-link">
              <Icon name="history" size={16} />
              {words.history}
            </Link>
          </div>
        ),
      })}
    >
      {isLoading && cart === null ? (
        <LoadingLines />
      ) : isFilled ? (
        <div className="stack loose">
          <CartProblems cart={cart} />
          <CartLines cart={cart} />
          <Coupons cart={cart} />
        </div>
      ) : (
        <EmptyState
          icon="cart"
          title={words.emptyTitle}
          actions={<Button onClick={close}>{words.goOn}</Button>}
        >
          {words.empty}
        </EmptyState>
      )}
    </Drawer>
  );
}

function LoadingLines() {
  return (
    <div className="stack" aria-busy="true">
      <span className="visually-hidden" role="status">
        {words.loading}
      </span>
      {[1, 2, 3].map((line) => (
        <Skeleton key={line} height="4.5rem" />
      ))}
    </div>
  );
}
