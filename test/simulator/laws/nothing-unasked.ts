// The log holds nothing that was refused, and nothing that nobody asked for: every event of a cart
// goes back to a question that was accepted, or that got no answer.
import { occurredAt, type StoredEvent } from '../../../src/event-store/stored-event.js';
import type { ChangeCart, Reply } from '../history.js';
import { inheritingCartIdOf, mergeIdOf } from '../../../src/commands/command-id.js';
import { claimIn } from './claims-seen.js';
import { deedAsked, deedDone } from './deed.js';
import { cartOf, type Law, type World } from './law.js';

interface AskedChange {
  readonly intent: ChangeCart;
  cartId: string | undefined;
  reply: Reply['kind'] | undefined;
}

export const nothingUnasked: Law = {
  name: 'nothing unasked',
  promise: 'Nothing that was refused, and nothing that nobody asked for, is in the log.',
  watch(world, report) {
    const changes = new Map<number, AskedChange>();
    return {
      asked({ asked: { ask, intent } }) {
        if (intent.kind !== 'change cart') return;
        changes.set(ask, { intent, cartId: cartOf(intent), reply: undefined });
      },
      replied({ asked: { ask }, reply }) {
        const change = changes.get(ask);
        if (change === undefined) return;
        change.reply = reply.kind;
        if (reply.kind === 'accepted') change.cartId ??= reply.cart?.id;
      },
      ended() {
        const possible = [...changes.values()].filter(({ reply }) => reply !== 'refused');
        for (const [cartId, asked] of byCart(possible)) judgeCart(world, cartId, asked, report);
        judgeUnknownCarts(world, [...changes.values()], report);
      },
    };
  },
};

/** Where it is not known which cart a lost opening made, it is left out. */
function byCart(changes: readonly AskedChange[]): Map<string, AskedChange[]> {
  const carts = new Map<string, AskedChange[]>();
  for (const change of changes) {
    if (change.cartId === undefined) continue;
    const others = carts.get(change.cartId);
    if (others === undefined) carts.set(change.cartId, [change]);
    else others.push(change);
  }
  return carts;
}

function judgeCart(
  world: World,
  cartId: string,
  asked: readonly AskedChange[],
  report: (words: string) => void,
): void {
  const { log, foreign, setting } = world;
  const keyed = new Set(asked.map(keyAsked));
  // Each question without a key can have led to one event.
  const unkeyed = countsOf(asked.filter(({ intent }) => intent.commandId === undefined));
  for (const event of log.cartEvents(cartId)) {
    if (foreign.has(event.id) || isOfClaim(world, event)) continue;
    // They go along with a change that is judged itself; `terms kept` judges what they say.
    if (event.type === 'TaxRulesApplied' || event.type === 'TaxCategoriesApplied') continue;
    const { commandId } = event.metadata;
    const deed = deedDone(event.type, event.data) ?? event.type;
    const place = `${event.stream}@${event.revision}`;
    if (event.type === 'CartOpened') {
      if (!asked.some(({ intent }) => deedAsked(intent.change) === deed)) {
        report(`${place}: nobody opened this cart`);
      }
    } else if (event.type === 'CouponLapsed') {
      // The service itself ends a coupon on the carts that have it, once it was withdrawn.
      if (!wasWithdrawn(log, event)) report(`${place}: nobody withdrew the coupon`);
    } else if (event.type === 'CartAbandoned') {
      const { idleSince } = event.data as { readonly idleSince: number };
      const idleMs = occurredAt(event) - idleSince;
      const { abandonAfterMs = 0 } = setting;
      const isDue = abandonAfterMs > 0 && idleMs >= abandonAfterMs;
      if (!isDue) report(`${place}: abandoned after ${idleMs} ms`);
    } else if (event.type === 'CartRevived') {
      // The change that revives it is its neighbour.
      const before = log.cartAfter(cartId, event.revision);
      if (before?.status !== 'ABANDONED') report(`${place}: revived, and nobody abandoned it`);
    } else if (commandId !== undefined) {
      if (!keyed.has(`${commandId} ${deed}`)) report(`${place}: ${deed} was refused, or not asked`);
    } else {
      const left = unkeyed.get(deed) ?? 0;
      if (left === 0) report(`${place}: ${deed} was refused, or not asked so often`);
      unkeyed.set(deed, left - 1);
    }
  }
}

/** A claim, and the append by which its merge is done: `claimed once` judges them. */
function isOfClaim(
  { log }: World,
  { type, metadata: { commandId }, stream }: StoredEvent,
): boolean {
  if (type === 'CartClaimed') return true;
  return (
    commandId !== undefined &&
    log.cartIds.some((cartId) => {
      const into = claimIn(log, cartId)?.intoCartId;
      return into != null && stream !== `cart-${cartId}` && mergeIdOf(cartId) === commandId;
    })
  );
}

function wasWithdrawn({ events }: World['log'], { data, position }: StoredEvent): boolean {
  const { code } = data as { readonly code: string };
  const stream = `coupon-${code}`;
  return events.some(
    (event) =>
      event.stream === stream && event.type === 'CouponWithdrawn' && event.position < position,
  );
}

function keyAsked({ intent: { commandId, change } }: AskedChange): string {
  return `${commandId ?? ''} ${deedAsked(change)}`;
}

function countsOf(asked: readonly AskedChange[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { intent } of asked) {
    const deed = deedAsked(intent.change);
    counts.set(deed, (counts.get(deed) ?? 0) + 1);
  }
  return counts;
}

/** A cart that no question names can only come of an opening without a key that got no answer. */
function judgeUnknownCarts(
  { log, foreign }: World,
  changes: readonly AskedChange[],
  report: (words: string) => void,
): void {
  const known = new Set(changes.map(({ cartId }) => cartId));
  for (const cartId of log.cartIds) known.add(inheritingCartIdOf(cartId));
  const unanswered = changes.filter(
    ({ intent, cartId }) => intent.change.type === 'OpenCart' && cartId === undefined,
  );
  const isOurs = (events: readonly StoredEvent[]) => events.some(({ id }) => !foreign.has(id));
  const unknown = log.cartIds.filter((id) => !known.has(id) && isOurs(log.cartEvents(id)));
  if (unknown.length > unanswered.length) {
    report(`nobody opened these carts: ${unknown.slice(0, 5).join(', ')}`);
  }
}
