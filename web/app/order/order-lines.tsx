// What was ordered.
import type { OrderPageFieldsFragment } from '../../../schema/generated/graphql.ts';
import { Artwork } from '../artwork/artwork.tsx';
import { AddedRows, IncludedRows } from '../cart/charge-rows.tsx';
import { money, number } from '../format.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';
import { CorrectionRows, owedIn } from './correction-rows.tsx';

const words = texts.order;

export function OrderLines({ order }: { readonly order: OrderPageFieldsFragment }) {
  const isReduced = order.discount.minorUnits > 0 || owedIn(order.corrections).length > 0;
  return (
    <section className="panel stack">
      <h2>{words.lines}</h2>
      <ul className="summary-lines">
        {order.lines.map(({ sku, name, quantity, unitPrice, total }) => (
          <li key={sku}>
            <Artwork sku={sku} />
            <span>
              <bdi>{shownName(name)}</bdi>
              <span className="soft small">
                {words.lineQuantity(number(quantity), money(unitPrice))}
              </span>
            </span>
            <span className="numbers">{money(total)}</span>
          </li>
        ))}
      </ul>
      <hr />
      <dl className="cart-totals numbers">
        {isReduced && (
          <>
            <dt>{texts.cart.subtotal}</dt>
            <dd>{money(order.subtotal)}</dd>
          </>
        )}
        {order.discount.minorUnits > 0 && (
          <>
            <dt>{texts.cart.discount}</dt>
            <dd className="good">−{money(order.discount)}</dd>
          </>
        )}
        <AddedRows shipping={order.shipping} taxes={order.taxes} />
        <CorrectionRows corrections={order.corrections} />
        <dt className="total">{words.total}</dt>
        <dd className="total">{money(order.total)}</dd>
        <IncludedRows taxes={order.taxes} />
        {order.refunded.minorUnits > 0 && (
          <>
            <dt>{words.refund}</dt>
            <dd>−{money(order.refunded)}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
