// Answers can overtake each other: a push over the websocket arrives before the slower answer of an
// earlier mutation or of a read model. A cart that is older than one already seen is replaced by
// the newer one, so what a shopper sees never goes back in time.
import { ApolloLink, type Observable } from '@apollo/client';
import { map } from 'rxjs';

interface SeenCart extends Record<string, unknown> {
  readonly __typename: 'Cart';
  readonly id: string;
  readonly revision: number;
}

const keptCarts = 20;

export class NewestCartLink extends ApolloLink {
  private readonly newest = new Map<string, SeenCart>();

  override request(
    operation: ApolloLink.Operation,
    forward: ApolloLink.ForwardFunction,
  ): Observable<ApolloLink.Result> {
    return forward(operation).pipe(
      map((result) =>
        result.data == null ? result : { ...result, data: this.withNewestCarts(result.data) },
      ),
    );
  }

  /** Carts stand in a field of the operation, or in the `cart` of a payload there. */
  private withNewestCarts(data: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(data).map(([name, value]) => [name, this.inField(value)]),
    );
  }

  private inField(value: unknown): unknown {
    if (isCart(value)) return this.newer(value);
    if (isRecord(value) && isCart(value['cart'])) {
      return { ...value, cart: this.newer(value['cart']) };
    }
    return value;
  }

  private newer(cart: SeenCart): SeenCart {
    const seen = this.newest.get(cart.id);
    if (seen !== undefined && seen.revision > cart.revision) {
      const newerFields = Object.entries(seen).filter(([name]) => name in cart);
      return { ...cart, ...Object.fromEntries(newerFields) };
    }
    this.newest.delete(cart.id);
    this.newest.set(cart.id, { ...seen, ...cart });
    const [oldest] = this.newest.keys();
    if (this.newest.size > keptCarts && oldest !== undefined) this.newest.delete(oldest);
    return cart;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCart = (value: unknown): value is SeenCart =>
  isRecord(value) &&
  value['__typename'] === 'Cart' &&
  typeof value['id'] === 'string' &&
  typeof value['revision'] === 'number';
