// Answers can overtake each other: a push over the websocket arrives before the slower answer of an
// earlier mutation or of a read model. What such an answer says of a cart is replaced by what newer
// answers said, so what a shopper sees never goes back in time.
import { type ApolloCache, ApolloLink, type Observable } from '@apollo/client';
import { map } from 'rxjs';
import {
  type Cart,
  type Facts,
  factsOf,
  newerFacts,
  newestRevision,
  shownCart,
} from './cart-facts.ts';

const keptCarts = 20;

export class NewestCartLink extends ApolloLink {
  private readonly newest = new Map<string, Facts>();

  override request(
    operation: ApolloLink.Operation,
    forward: ApolloLink.ForwardFunction,
  ): Observable<ApolloLink.Result> {
    const { cache } = operation.client;
    return forward(operation).pipe(
      map((result) =>
        result.data == null ? result : { ...result, data: this.withNewest(result.data, cache) },
      ),
    );
  }

  /** Carts stand in a field of the operation, or in the `cart` of a payload there. */
  private withNewest(data: Record<string, unknown>, cache: ApolloCache): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(data).map(([name, value]) => [name, this.inField(value, cache)]),
    );
  }

  private inField(value: unknown, cache: ApolloCache): unknown {
    if (isCart(value)) return this.newer(value, cache);
    if (isRecord(value) && isCart(value['cart'])) {
      return { ...value, cart: this.newer(value['cart'], cache) };
    }
    return value;
  }

  private newer(cart: Cart, cache: ApolloCache): Cart {
    const seen = this.newest.get(cart.id) ?? factsOf(cart);
    const answered = newerFacts(seen, factsOf(cart));
    const shown = shownCart(cart, answered);
    if (shown.revision > newestRevision(seen)) forgetOthers(cache, shown);
    this.remember(cart.id, new Map([...seen, ...answered]));
    return shown;
  }

  private remember(cartId: string, facts: Facts): void {
    this.newest.delete(cartId);
    this.newest.set(cartId, facts);
    const [oldest] = this.newest.keys();
    if (this.newest.size > keptCarts && oldest !== undefined) this.newest.delete(oldest);
  }
}

/**
 * An answer with fewer fields would put its revision beside the older rest of the cart. Queries that
 * show the rest ask for it again.
 */
function forgetOthers(cache: ApolloCache, cart: Cart): void {
  const { __typename, id } = cart;
  cache.modify<Record<string, unknown>>({
    id: cache.identify({ __typename, id }) ?? id,
    broadcast: false,
    fields: (value, { fieldName, DELETE }) => (fieldName in cart ? value : DELETE),
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCart = (value: unknown): value is Cart =>
  isRecord(value) &&
  value['__typename'] === 'Cart' &&
  typeof value['id'] === 'string' &&
  typeof value['revision'] === 'number';
