// What stands in the way of a checkout, each with what the shopper can do about it.
import { useQuery } from '@apollo/client/react';
import { useCart } from '../../cart-client/use-cart.ts';
import { Button } from '../../design/button.tsx';
import { Notice } from '../../design/states.tsx';
import {
  CartProblemsDocument,
  type CartFieldsFragment,
  type CartProblemsQuery,
} from '../../../schema/generated/graphql.ts';
import { money } from '../format.ts';
import { shownName } from '../shown-name.ts';
import { texts } from '../texts.ts';
import { useIntent } from './use-intent.ts';

const words = texts.cart;

type Problem = NonNullable<CartProblemsQuery['cart']>['problems'][number];

/** A coupon's verdict stands beside the coupon. */
const shownElsewhere = ['COUPON_INELIGIBLE', 'CART_EMPTY'];

export function useCartProblems(cart: CartFieldsFragment): readonly Problem[] {
  const { id: cartId, revision: minRevision } = cart;
  // Each change of the cart can bring a problem or take one away. Until they are known, and without
  // an answer, the problems stay as they are; the checkout judges them again.
  const { data: known, previousData } = useQuery(CartProblemsDocument, {
    variables: { cartId, minRevision },
    fetchPolicy: 'network-only',
  });
  const data = known ?? previousData;
  const problems = data?.cart?.problems ?? [];
  return problems.filter(({ code }) => !shownElsewhere.includes(code));
}

export function CartProblems({ cart }: { readonly cart: CartFieldsFragment }) {
  const problems = useCartProblems(cart);
  if (problems.length === 0) return null;
  return (
    <section className="stack tight" aria-label={words.problems}>
      {problems.map((problem) => (
        <CartProblem key={`${problem.code} ${problem.sku ?? ''}`} cart={cart} problem={problem} />
      ))}
    </section>
  );
}

function CartProblem({ cart, problem }: { cart: CartFieldsFragment; problem: Problem }) {
  const { commands } = useCart();
  const intend = useIntent();
  const { sku, code } = problem;
  return (
    <Notice tone="warm" icon="alert" role="status">
      <p>{wordsOf(problem, cart)}</p>
      {code === 'PRICE_CHANGED' && (
        <Button size="small" onClick={() => void intend(commands.acceptPrices(cart.id))}>
          {words.acceptPrices}
        </Button>
      )}
      {code !== 'PRICE_CHANGED' && sku !== null && (
        <Button size="small" onClick={() => void intend(commands.removeItem(cart.id, sku))}>
          {words.removeLine}
        </Button>
      )}
    </Notice>
  );
}

/** Prices as the reader writes them; else the service's own sentence. */
function wordsOf(problem: Problem, cart: CartFieldsFragment): string {
  const { sku, code, message, oldPrice, newPrice } = problem;
  if (oldPrice === null || newPrice === null) return message;
  if (code === 'TAX_CHANGED') return words.taxChanged(money(newPrice));
  const [before, now] = [money(oldPrice), money(newPrice)];
  if (code === 'SHIPPING_PRICE_CHANGED') return words.shippingChanged(before, now);
  const line = cart.lines.find((one) => one.sku === sku);
  return line === undefined ? message : words.priceChanged(shownName(line.name), before, now);
}
