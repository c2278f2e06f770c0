// The past of a cart is the fold of a prefix of its stream: `cartAt` that of all that had occurred
// by the instant, `cartAtRevision` that of the events up to the revision.
import type { CartState } from '../../../src/domain/cart/state.js';
import type { SeenCart } from '../seen-cart.js';
import { type Answered, inWords, type Law, type World } from './law.js';

export const pastIsPrefix: Law = {
  name: 'past is prefix',
  promise: 'cartAt and cartAtRevision show the fold of the prefix that they name.',
  watch(world, report) {
    return {
      replied(answered) {
        const { asked, reply } = answered;
        if (asked.intent.kind !== 'read past' || reply.kind !== 'cart') return;
        const { at, cartId } = asked.intent;
        const problem =
          'revision' in at
            ? atRevisionProblem(world, cartId, at.revision, reply.cart)
            : atInstantProblem(world, answered, cartId, at.instant, reply.cart);
        if (problem !== undefined) report(`${inWords(answered)}: ${problem}`);
      },
    };
  },
};

function atRevisionProblem(
  { log }: World,
  cartId: string,
  revision: number,
  cart: SeenCart | null,
): string | undefined {
  if (cart === null) return undefined;
  const expected = revisionOf(log.cartAfter(cartId, revision + 1));
  return cart.revision === expected
    ? undefined
    : `revision ${cart.revision} shown as ${revision}, at which it was ${expected}`;
}

/** What came into the log between question and answer may be in it or not. */
function atInstantProblem(
  { log }: World,
  { shownBefore }: Answered,
  cartId: string,
  instant: number,
  cart: SeenCart | null,
): string | undefined {
  const prefix = log.occurredBy(cartId, instant);
  const most = revisionOf(log.cartAfter(cartId, prefix));
  const least = revisionOf(log.cartAfter(cartId, Math.min(prefix, shownBefore + 1)));
  if (most === undefined || least === undefined) return undefined;
  const shown = cart?.revision ?? -1;
  return shown >= least && shown <= most
    ? undefined
    : `revision ${shown} at an instant by which it had come to ${least}…${most}`;
}

function revisionOf(state: CartState | undefined): number | undefined {
  if (state === undefined) return undefined;
  return state.status === 'ABSENT' ? -1 : state.revision;
}
