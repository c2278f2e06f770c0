// Converts the explanation of a total to the API's CartExplanation.
import type { ExplainedCart } from './services.js';
import { shownEvent } from './event-view.js';
import type { Principal } from './policy.js';
import type { CartExplanation } from './types/explanation-types.js';
import { money } from './types/money.js';

export function shownExplanation(
  { state, at, total, parts }: ExplainedCart,
  principal: Principal,
): CartExplanation {
  const { currency } = state;
  return {
    cartId: state.id,
    at,
    revision: state.revision,
    total: money(total, currency),
    parts: parts.map(({ words, amount, cause, offer, shares }) => ({
      words,
      amount: money(amount, currency),
      event: shownEvent(cause.stored, cause.event, state, principal),
      offer,
      shares: shares.map((share) => ({ ...share, amount: money(share.amount, currency) })),
    })),
  };
}
