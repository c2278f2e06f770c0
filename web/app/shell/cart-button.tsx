// The cart in the header: how many items it has and what they cost. It opens the drawer.
import { useCart } from '../../cart-client/use-cart.ts';
import { Icon } from '../../design/icons.tsx';
import { useCartDrawer } from '../cart/drawer-context.ts';
import { counted, money, number } from '../format.ts';
import { texts } from '../texts.ts';

export function CartButton() {
  const { open } = useCartDrawer();
  const { cart, isPending } = useCart();
  const count = cart?.totals.itemCount ?? 0;
  return (
    <button
      type="button"
      className="cart-button"
      aria-haspopup="dialog"
      aria-busy={isPending}
      onClick={open}
    >
      <Icon name="cart" />
      <span className="visually-hidden">{texts.navigation.cart}</span>
      {count > 0 && (
        <>
          <span className="count" key={count}>
            <span aria-hidden="true">{number(count)}</span>
            <span className="visually-hidden">{counted(count, texts.cart.items)}</span>
          </span>
          <span className="total numbers wide-only">{cart && money(cart.totals.total)}</span>
        </>
      )}
    </button>
  );
}
