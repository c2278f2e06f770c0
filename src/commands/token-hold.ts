// Keeps the payment token of a checkout before its cart closes, and forgets it when the checkout is
// refused.
import type { AskedPayment } from './cart-requests.js';
import type { CheckoutHold } from './checkout-holds.js';

export interface KeptPaymentTokens {
  keep(intentId: string, token: string): Promise<void>;
  forget(intentId: string): Promise<void>;
}

/** The attempt's intent has an id of its own, so attempts never meet. */
export function tokenHold(
  { token, intentId }: AskedPayment,
  tokens: KeptPaymentTokens,
): CheckoutHold {
  return {
    take: async () => {
      await tokens.keep(intentId, token);
      return undefined;
    },
    giveBack: () => tokens.forget(intentId),
  };
}
