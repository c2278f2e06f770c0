// What the cart costs. While the service has not answered, the amounts are supposed, and say so.
import type { CartFieldsFragment } from '../../../schema/generated/graphql.ts';
import { money } from '../format.ts';
import { texts } from '../texts.ts';
import { AddedRows, IncludedRows } from './charge-rows.tsx';

interface CartTotalsProps {
  readonly totals: CartFieldsFragment['totals'];
  readonly isPending: boolean;
}

const words = texts.cart;

export function CartTotals({ totals, isPending }: CartTotalsProps) {
  const { subtotal, discount, total, shipping, taxes } = totals;
  return (
    <dl className="cart-totals numbers" data-pending={isPending}>
      {discount.minorUnits > 0 && (
        <>
          <dt>{words.subtotal}</dt>
          <dd>{money(subtotal)}</dd>
          <dt>{words.discount}</dt>
          <dd className="good">−{money(discount)}</dd>
        </>
      )}
      <AddedRows shipping={shipping} taxes={taxes} />
      <dt className="total">
        {words.total} {isPending && <span className="supposed">{words.supposed}</span>}
      </dt>
      <dd className="total" data-testid="cart-total">
        {money(total)}
      </dd>
      <IncludedRows taxes={taxes} />
    </dl>
  );
}
