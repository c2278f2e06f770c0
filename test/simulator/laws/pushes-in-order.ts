// Every push comes in order, without a gap and without a double: the first is the one after the
// cursor, each further one the next event of the log that the service understands. Only when a
// coupon begins or ends by time, the same cart comes again, without an event.
import type { PushReply, WatchCart } from '../history.js';
import { type Answered, inWords, type Law, type World } from './law.js';

/** A cursor further behind than this gets the cart as it stands. */
const MAX_RESUMED = 1_000;

export const pushesInOrder: Law = {
  name: 'pushes in order',
  promise: 'Every push comes in order, without a gap and without a double.',
  watch(world, report) {
    /** The last push of each watch. */
    const reached = new Map<number, PushReply>();
    return {
      replied(answered) {
        const { asked, reply } = answered;
        const { ask, intent } = asked;
        if (intent.kind !== 'watch cart' || reply.kind !== 'push') return;
        const before = reached.get(ask);
        const problem =
          before === undefined
            ? firstProblem(world, answered, intent, reply)
            : isRetimed(before, reply)
              ? undefined
              : nextProblem(world, intent, before.revision, reply);
        if (problem !== undefined) report(`${inWords(answered)} was pushed ${problem}`);
        reached.set(ask, reply);
      },
    };
  },
};

function firstProblem(
  world: World,
  { shownBefore }: Answered,
  intent: WatchCart,
  push: PushReply,
): string | undefined {
  const { afterRevision } = intent;
  if (afterRevision !== undefined && push.event !== null) {
    return nextProblem(world, intent, afterRevision, push);
  }
  if (push.event !== null) return `${push.event.type} first, instead of the cart as it stands`;
  if (afterRevision === undefined) return undefined;
  // A cursor that the log has come to is resumed.
  const isResumable =
    afterRevision <= shownBefore &&
    world.log.cartEvents(intent.cartId).length - afterRevision <= MAX_RESUMED;
  return isResumable ? 'the cart as it stands, instead of what followed the cursor' : undefined;
}

/** The same revision, with other verdicts on its coupons, or another tax rule. */
function isRetimed(before: PushReply, { event, cart, revision }: PushReply): boolean {
  if (event !== null || revision !== before.revision) return false;
  const verdicts = (of: PushReply['cart']) => JSON.stringify([of.coupons, of.totals]);
  return verdicts(cart) !== verdicts(before.cart);
}

function nextProblem(
  { log }: World,
  { cartId }: WatchCart,
  before: number,
  { event, revision }: PushReply,
): string | undefined {
  if (event === null) return `revision ${revision} without its event`;
  const expected = nextUnderstood(
    log.cartEvents(cartId),
    (count) => log.cartAfter(cartId, count),
    before,
  );
  if (revision !== expected) return `revision ${revision} after ${before}; ${expected} was to come`;
  const stored = log.cartEvents(cartId)[revision];
  return stored?.id === event.id && stored.type === event.type
    ? undefined
    : `${event.type} ${event.id} as revision ${revision}, where the log has ${stored?.type}`;
}

/** Events of unknown types leave the fold as it is, and are pushed to nobody. */
function nextUnderstood(
  events: readonly unknown[],
  after: (count: number) => unknown,
  before: number,
): number {
  let revision = before + 1;
  while (revision < events.length && after(revision + 1) === after(revision)) revision += 1;
  return revision;
}
