// Claims in a shop without faults: the claim and its merge are one moment.
import { cartAggregate } from '../../../src/commands/aggregates.js';
import { inputHash, mergeIdOf } from '../../../src/commands/command-id.js';
import type { CartCommand } from '../../../src/domain/cart/commands.js';
import type { CartState, ExistingCartState } from '../../../src/domain/cart/state.js';
import type { Rejection } from '../../../src/domain/rejection.js';
import type { ClaimGuestsCart } from '../history.js';
import { CART } from './log-model.js';
import type { ModelLog } from './model-log.js';

/** Whether the caller may act on the cart: until a claim the guest may, then its customer alone. */
export function mayAct(state: CartState, customerId: string | undefined): boolean {
  return state.status === 'ABSENT' || (state.customerId ?? undefined) === customerId;
}

/** The cart that the customer has then, or why there is no claim. */
export function claimCart(
  log: ModelLog,
  { cartId, customerId, strategy, commandId }: ClaimGuestsCart,
  at: number,
): { readonly state: CartState } | { readonly rejected: Rejection } {
  const stream = `${CART}${cartId}`;
  const command = (tokenHash: string): CartCommand => {
    const customersCarts = openCartsOf(log, customerId);
    return { type: 'ClaimCart', at, customerId, tokenHash, strategy, customersCarts };
  };
  const earlier = log.streamOf(stream).find(({ metadata }) => metadata.commandId === commandId);
  if (earlier === undefined) {
    const state = log.fold(cartAggregate, stream);
    const decision = cartAggregate.decider.decide(command('b'.repeat(64)), state);
    if ('rejected' in decision) return decision;
    const key = { commandId, commandHash: inputHash('claim', { strategy, customerId }) };
    log.append(cartAggregate, stream, decision.accepted, at, key);
    const claimed = log.fold(cartAggregate, stream);
    if (claimed.status === 'MERGED') merge(log, claimed, customerId, strategy, at);
  }
  return { state: stateAfterClaim(log, stream, commandId) };
}

function merge(
  log: ModelLog,
  source: ExistingCartState & { readonly status: 'MERGED' },
  customerId: string,
  strategy: ClaimGuestsCart['strategy'],
  at: number,
): void {
  const { id, revision, intoCartId, currency, lines, coupons } = source;
  const into = `${CART}${intoCartId}`;
  const decision = cartAggregate.decider.decide(
    {
      ...{ type: 'MergeCart', at, fromCartId: id, fromRevision: revision, strategy, customerId },
      from: { lines, coupons },
      opening: { cartId: intoCartId, currency, customerId, tokenHash: null },
    },
    log.fold(cartAggregate, into),
  );
  if ('rejected' in decision) throw new RangeError(decision.rejected.message);
  const key = { commandId: mergeIdOf(id), commandHash: 'MergeCart' };
  log.append(cartAggregate, into, decision.accepted, at, key);
}

/** As the claim left it. */
function stateAfterClaim(log: ModelLog, stream: string, commandId: string): CartState {
  const events = log.streamOf(stream);
  const claim = events.findIndex(({ metadata }) => metadata.commandId === commandId);
  const claimed = log.fold(cartAggregate, stream, events.slice(0, claim + 1));
  if (claimed.status !== 'MERGED') return claimed;
  const key = mergeIdOf(claimed.id);
  const taken = log.streamOf(`${CART}${claimed.intoCartId}`);
  const last = taken.findLastIndex(({ metadata }) => metadata.commandId === key);
  return log.fold(cartAggregate, `${CART}${claimed.intoCartId}`, taken.slice(0, last + 1));
}

/** The last changed first. A cart that is not understood takes nothing. */
function openCartsOf(log: ModelLog, customerId: string) {
  const ids = log.events.flatMap(({ stream, type, data }) => {
    const isTheirs = (data as { readonly customerId?: string }).customerId === customerId;
    return isTheirs && (type === 'CartOpened' || type === 'CartClaimed') ? [stream] : [];
  });
  return [...new Set(ids)].reverse().flatMap((stream) => {
    const state = log.fold(cartAggregate, stream);
    const isOpen = state.status === 'OPEN' || state.status === 'ABANDONED';
    return isOpen ? [{ cartId: state.id, currency: state.currency }] : [];
  });
}
