// A browser sends requests over several connections, which may arrive in another order. The
// mutations of one cart wait for each other, so they happen in the order of the clicks.
import { ApolloLink, Observable } from '@apollo/client';
import { OperationTypeNode } from 'graphql';
import type { Subscription } from 'rxjs';

export class InOrderLink extends ApolloLink {
  /** The end of the last mutation of each cart. */
  private readonly ends = new Map<string, Promise<void>>();

  override request(
    operation: ApolloLink.Operation,
    forward: ApolloLink.ForwardFunction,
  ): Observable<ApolloLink.Result> {
    const cartId = changedCart(operation);
    if (cartId === undefined) return forward(operation);
    return new Observable((observer) => {
      let sent: Subscription | undefined;
      let isGivenUp = false;
      this.after(cartId, (ended) => {
        if (isGivenUp) {
          ended();
          return;
        }
        sent = forward(operation).subscribe(observer);
        sent.add(ended);
      });
      return () => {
        isGivenUp = true;
        sent?.unsubscribe();
      };
    });
  }

  private after(cartId: string, start: (ended: () => void) => void): void {
    const before = this.ends.get(cartId) ?? Promise.resolve();
    const end = before.then(() => new Promise<void>(start));
    this.ends.set(cartId, end);
    void end.then(() => {
      if (this.ends.get(cartId) === end) this.ends.delete(cartId);
    });
  }
}

/** The cart that a mutation changes. */
function changedCart({ operationType, variables }: ApolloLink.Operation): string | undefined {
  if (operationType !== OperationTypeNode.MUTATION) return undefined;
  const input: unknown = variables['input'];
  if (typeof input !== 'object' || input === null || !('cartId' in input)) return undefined;
  return typeof input.cartId === 'string' ? input.cartId : undefined;
}
