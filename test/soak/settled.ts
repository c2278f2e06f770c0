// Waits until a shop whose faults have ended is well again, or until it has had its time: then the
// laws say what is still missing.
import { setTimeout as delay } from 'node:timers/promises';
import { orderIdOf } from '../../src/commands/command-id.js';
import type { Client } from '../simulator/clients/client.js';
import type { KnownCart, KnownCarts } from '../simulator/clients/known-carts.js';
import type { QueryCart } from '../simulator/history.js';
import type { Session } from '../simulator/session.js';
import type { HttpShop } from './http-shop.js';
import type { SoakInstance } from './stage.js';

const LOOK_MS = 250;
/** Carts that were opened last: in those the last faults show. The laws look at all. */
const NEWEST = 200;

const visitor: Client = { name: 'visitor', next: () => [], hears: () => undefined };

export interface Settling {
  readonly instances: readonly SoakInstance[];
  readonly shop: HttpShop;
  readonly session: Session;
  readonly known: KnownCarts;
  /** The last revision that an open watch was pushed, by the watch's cart. */
  readonly watched: () => readonly { readonly cartId: string; readonly revision: number }[];
}

export interface Settled {
  readonly isWell: boolean;
  /** What was missing last; undefined when all was well at once. */
  readonly missedLast: string | undefined;
}

/** Answers once all is well, or when `withinMs` are over. */
export async function settled(settling: Settling, withinMs: number): Promise<Settled> {
  const until = performance.now() + withinMs;
  let missedLast: string | undefined;
  for (;;) {
    const missing = await missingIn(settling);
    if (missing === undefined) return { isWell: true, missedLast };
    missedLast = missing;
    if (performance.now() > until) return { isWell: false, missedLast };
    await delay(LOOK_MS);
  }
}

async function missingIn(settling: Settling): Promise<string | undefined> {
  const { instances, shop, known } = settling;
  for (const instance of instances) {
    const { name } = instance;
    if (!(await instance.isReady())) return `${name} is not ready`;
    const lagging = await shop.laggingAt(name);
    if (lagging === undefined) return `${name} does not tell its read models`;
    if (lagging.length > 0) return `${name}: ${lagging.join(', ')} not live, or behind`;
  }
  const newest = known.all.slice(-NEWEST);
  for (const instance of instances) {
    const unanswered = await unansweredAt(settling, instance, newest);
    if (unanswered !== undefined) return `${instance.name} does not show ${unanswered}`;
  }
  const orderless = await orderlessOf(settling, newest);
  if (orderless !== undefined) return `${orderless} has no order`;
  const stalled = settling.watched().find(({ cartId, revision }) => {
    const cart = known.of(cartId);
    return cart !== undefined && !cart.isSpoiled && revision < cart.shown.revision;
  });
  return stalled && `a watch of ${stalled.cartId} is at revision ${stalled.revision}`;
}

/** A cart that an instance does not show at least as somebody was shown it. */
async function unansweredAt(
  { session }: Settling,
  { name: instance }: SoakInstance,
  carts: readonly KnownCart[],
): Promise<string | undefined> {
  const answered = await atOnce(carts, async (cart) => {
    const { cartId, cartToken, shown, isSpoiled } = cart;
    if (isSpoiled) return true;
    const minRevision = shown.revision;
    const query: QueryCart = { kind: 'query cart', instance, cartId, cartToken, minRevision };
    const heard = await session.carryOut(visitor, query);
    if (heard?.kind === 'failed' && heard.code === 'EVENT_NOT_UNDERSTOOD') cart.isSpoiled = true;
    else if (heard?.kind !== 'cart') return false;
    else if (heard.cart !== null && heard.cart.revision > minRevision) cart.shown = heard.cart;
    return true;
  });
  return carts[answered.indexOf(false)]?.cartId;
}

async function orderlessOf(
  { shop, instances }: Settling,
  carts: readonly KnownCart[],
): Promise<string | undefined> {
  const [instance] = instances;
  if (instance === undefined) return undefined;
  const closed = carts.filter(
    ({ shown, isSpoiled }) => shown.status === 'CHECKED_OUT' && !isSpoiled,
  );
  const placed = await atOnce(closed, async ({ cartId }) => {
    const orderId = orderIdOf(cartId);
    return (await shop.orderOf(instance.name, orderId)) === orderId;
  });
  return closed[placed.indexOf(false)]?.cartId;
}

const AT_ONCE = 8;

/** The answers in the order of the items, a few of which are asked about at a time. */
async function atOnce<Item>(
  items: readonly Item[],
  ask: (item: Item) => Promise<boolean>,
): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (let begin = 0; begin < items.length; begin += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(begin, begin + AT_ONCE).map(ask))));
  }
  return answers;
}
