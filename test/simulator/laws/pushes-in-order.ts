// Every push comes in order, without a gap and without a double: the first is the one after the
// cursor, each further one the next event of the log that the service understands. Only when a
// coupon or a tax rule begins or ends by time, the same cart comes again, without an event.
import { nextBoundaryAfter } from '../../../src/domain/cart/view.js';
import type { PushReply, WatchCart } from '../history.js';
import { type Answered, inWords, type Law, type World } from './law.js';

type TimedPush = PushReply & { readonly at: number };

/** How long a push may be on its way, in milliseconds. */
const ON_ITS_WAY_MS = 1_000;
/** A cursor further behind than this gets the cart as it stands. */
const MAX_RESUMED = 1_000;

export const pushesInOrder: Law = {
  name: 'pushes in order',
  promise: 'Every push comes in order, without a gap and without a double.',
  watch(world, report) {
    /** The last push of each watch. */
    const reached = new Map<number, TimedPush>();
    return {
      replied(answered) {
        const { asked, reply, at } = answered;
        const { ask, intent } = asked;
        if (intent.kind !== 'watch cart' || reply.kind !== 'push') return;
        const before = reached.get(ask);
        const problem =
          before === undefined
            ? firstProblem(world, answered, intent, reply)
            : isRetimed(world, intent, before, { ...reply, at })
              ? undefined
              : nextProblem(world, intent, before.revision, reply);
        if (problem !== undefined) report(`${inWords(answered)} was pushed ${problem}`);
        reached.set(ask, { ...reply, at });
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

/** The same revision, after an instant at which a coupon or a tax rule of it begins or ends. */
function isRetimed(
  { log, setting }: World,
  { cartId }: WatchCart,
  before: TimedPush,
  { event, revision, at }: TimedPush,
): boolean {
  if (event !== null || revision !== before.revision) return false;
  const state = log.cartAt(cartId, revision);
  if (state === undefined) return false;
  const { beganAt, clockSkewMs } = setting;
  // The first push may have taken long to arrive.
  const from = beganAt + before.at - clockSkewMs - ON_ITS_WAY_MS;
  const boundary = nextBoundaryAfter(state, from);
  return boundary !== null && boundary <= beganAt + at + clockSkewMs;
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
