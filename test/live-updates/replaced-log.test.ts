// The log is replaced by an older copy while carts and orders are watched: each watcher is shown
// what the log has now, and every later change.
import { afterEach, expect, test } from '@jest/globals';
import { cartAggregate, orderAggregate } from '../../src/commands/aggregates.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { LiveChanges, type LiveCartChange } from '../../src/live-updates/live-changes.js';
import { LiveFeed } from '../../src/live-updates/live-feed.js';
import { added, CART_ID, opened } from '../controls/cart.js';
import { Cleanup } from '../event-store/nodes.js';
import { ScriptedLog } from '../subscriptions/scripted-log.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const mug = added('MUG', 1, 100);
const lamp = added('LAMP', 1, 2_000);
const CART = `cart-${CART_ID}`;
const OTHER = 'cart-of-another-shopper';

function liveOn(log: ScriptedLog) {
  const store = log as unknown as EventStore;
  const feed = new LiveFeed({ store, prefixes: ['cart-'], onFault: () => undefined });
  cleanup.add(() => feed.stop());
  const live = new LiveChanges(feed, store, { cart: cartAggregate, order: orderAggregate });
  const watch = (afterRevision?: number) => {
    const changes = live.cartChanges(CART_ID, afterRevision);
    cleanup.add(async () => changes.return?.());
    return async () => {
      const next: IteratorResult<LiveCartChange, undefined> = await changes.next();
      if (next.done === true) throw new Error('The watch ended');
      return shown(next.value);
    };
  };
  return { watch };
}

function shown({ entry, state, revision }: LiveCartChange) {
  const skus = state.status === 'ABSENT' ? [] : state.lines.map(({ sku }) => sku);
  return [entry?.event.type ?? null, revision, skus];
}

/** Another cart takes the positions of what is lost. */
function replace(log: ScriptedLog, kept: number): void {
  log.end(new StoreUnavailableError('a subscription'));
  const lost = log.events.splice(kept).length;
  log.append(OTHER, opened(), ...Array.from({ length: lost }, () => mug));
}

test.each([
  ['as it stands', undefined],
  ['after a revision', 0],
])('a watcher of a cart %s', async (_how, afterRevision) => {
  const log = new ScriptedLog();
  log.append(CART, opened());
  const next = liveOn(log).watch(afterRevision);
  if (afterRevision === undefined) expect(await next()).toEqual([null, 0, []]);
  const first = next();
  log.append(CART, mug);
  expect(await first).toEqual(['ItemAdded', 1, ['MUG']]);
  const second = next();
  log.append(CART, mug);
  expect(await second).toEqual(['ItemAdded', 2, ['MUG']]);
  const third = next();
  replace(log, 1);
  expect(await third).toEqual([null, 0, []]);
  const fourth = next();
  log.append(CART, lamp);
  expect(await fourth).toEqual(['ItemAdded', 1, ['LAMP']]);
});

test('a watcher is shown the cart before anything has happened since it began', async () => {
  const log = new ScriptedLog();
  log.append(CART, opened(), mug);
  const next = liveOn(log).watch();
  expect(await next()).toEqual([null, 1, ['MUG']]);
  const again = next();
  replace(log, 1);
  expect(await again).toEqual([null, 0, []]);
});
