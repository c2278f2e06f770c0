// What is ordered, beside the form.
import type { CartFieldsFragment } from '../../../schema/generated/graphql.ts';
import { Artwork } from '../artwork/artwork.tsx';
import { CartTotals } from '../cart/cart-totals.tsx';
import { Coupons } from '../cart/coupons.tsx';
import { money, number } from '../format.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';

interface CheckoutSummaryProps {
  readonly cart: CartFieldsFragment;
  readonly isPending: boolean;
}

export function CheckoutSummary({ cart, isPending }: CheckoutSummaryProps) {
  return (
    <aside className="panel sunken stack" aria-label={texts.checkout.summary}>
      <h2>{texts.checkout.summary}</h2>
      <ul className="summary-lines">
        {cart.lines.map(({ sku, name, quantity, unitPrice, total }) => (
          <li key={sku}>
            <Artwork sku={sku} />
            <span>
              <bdi>{shownName(name)}</bdi>
              <span className="soft small">
                {texts.order.lineQuantity(number(quantity), money(unitPrice))}
              </span>
            </span>
            <span className="numbers">{money(total)}</span>
          </li>
        ))}
      </ul>
      <Coupons cart={cart} />
      <hr />
      <CartTotals totals={cart.totals} isPending={isPending} />
    </aside>
  );
}
