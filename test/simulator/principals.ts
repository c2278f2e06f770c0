// Who asks an instance, and in which context its resolvers answer.
import { tokenHashOf } from '../../src/commands/cart-secrets.js';
import { HistoryAllowance } from '../../src/graphql/budget.js';
import type { RequestContext } from '../../src/graphql/context.js';
import type { Principal } from '../../src/graphql/policy.js';
import type { ApiServices } from '../../src/graphql/services.js';

/** Nobody's history runs out in a run: that limit is counted on the real clock. */
class Boundless extends HistoryAllowance {
  override demand(): Promise<void> {
    return Promise.resolve();
  }

  override add(): Promise<void> {
    return Promise.resolve();
  }
}

const allowance = new Boundless();
export function guest(cartToken: string | undefined): Principal {
  const cartTokenHashes = cartToken === undefined ? [] : [tokenHashOf(cartToken)];
  return { kind: 'guest', cartTokenHashes };
}

/** A customer may send a guest's token along. */
export function shopper(cartToken: string | undefined, customerId: string | undefined): Principal {
  const asGuest = guest(cartToken);
  return customerId === undefined ? asGuest : { ...asGuest, kind: 'customer', subject: customerId };
}

export const support: Principal = {
  kind: 'support',
  subject: 'sam',
  cartTokenHashes: [],
  accessReason: 'the customer called',
};
export const admin: Principal = { kind: 'admin', subject: 'ada', cartTokenHashes: [] };

export function contextOf(services: ApiServices, principal: Principal): RequestContext {
  const address = '203.0.113.7';
  return { principal, services, address, budget: allowance.budgetOf(address) };
}
