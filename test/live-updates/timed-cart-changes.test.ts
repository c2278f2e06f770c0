// A watcher of a cart is told when a coupon begins or ends by time.
import { expect, test } from '@jest/globals';
import { cartDecider } from '../../src/domain/cart/decide.js';
import type { CartState } from '../../src/domain/cart/state.js';
import { CartClocks } from '../../src/live-updates/cart-clocks.js';
import type { LiveCartChange } from '../../src/live-updates/live-changes.js';
import { TimedCartChanges } from '../../src/live-updates/timed-cart-changes.js';
import { added, applied, checkedOut, LATER, opened, percentOff } from '../controls/cart.js';
import { specificationOf } from '../given.js';
import { HandTime } from '../support/hand-time.js';

const { given } = specificationOf(cartDecider);
const FAR = 100 * 24 * 3_600_000;

/** Changes that a test hands out. */
class HandedChanges implements AsyncIterableIterator<LiveCartChange> {
  private give: (next: IteratorResult<LiveCartChange>) => void = () => undefined;
  isOver = false;

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    return new Promise<IteratorResult<LiveCartChange>>((resolve) => {
      this.give = resolve;
    });
  }

  return() {
    this.isOver = true;
    this.give({ done: true, value: undefined });
    return Promise.resolve({ done: true as const, value: undefined });
  }

  hand(state: CartState): void {
    this.give({ done: false, value: { entry: null, state, revision: state.revision } });
  }
}

function cartWith(...windows: readonly { validFrom?: number; validUntil?: number }[]): CartState {
  const coupons = windows.map((window, n) => applied(`C${n}`, percentOff(10, window)));
  return given(opened(), added('MUG', 1, 1_000), ...coupons).state;
}

function watching(time: HandTime, clocks = new CartClocks(time)) {
  const changes = new HandedChanges();
  return { changes, clocks, watcher: new TimedCartChanges('cart', changes, clocks, time) };
}

test('each coupon that begins or ends shows the same revision again', async () => {
  const time = new HandTime(LATER);
  const { changes, watcher } = watching(time);
  const state = cartWith({ validFrom: LATER + 10 }, { validUntil: LATER + 20 });
  const first = watcher.next();
  changes.hand(state);
  await first;
  for (const at of [LATER + 10, LATER + 20]) {
    const next = watcher.next();
    time.passTo(at);
    expect(await next).toEqual({
      done: false,
      value: { entry: null, state, revision: state.revision },
    });
  }
  expect(time.timers).toBe(0);
});

test('a coupon that ended while nobody asked is told at once', async () => {
  const time = new HandTime(LATER);
  const { changes, watcher } = watching(time);
  const first = watcher.next();
  changes.hand(cartWith({ validUntil: LATER + 20 }));
  await first;
  time.passTo(LATER + 30);
  expect(await watcher.next()).toMatchObject({ value: { entry: null } });
});

test('a change that time overtook is not lost', async () => {
  const time = new HandTime(LATER);
  const { changes, watcher } = watching(time);
  const before = cartWith({ validUntil: LATER + 20 });
  const first = watcher.next();
  changes.hand(before);
  await first;
  const timed = watcher.next();
  time.passTo(LATER + 20);
  await timed;
  const after = given(opened(), added('MUG', 1, 1_000)).state;
  const next = watcher.next();
  changes.hand(after);
  expect(await next).toMatchObject({ value: { state: after } });
});

test('a watcher that resumes is told too', async () => {
  const time = new HandTime(LATER);
  const { watcher } = watching(time);
  const state = cartWith({ validUntil: LATER + 20 });
  watcher.begin(state, state.revision);
  const next = watcher.next();
  time.passTo(LATER + 20);
  expect(await next).toMatchObject({ value: { state, revision: state.revision } });
});

test('however many watch a cart, it has one timer; without watchers it has none', async () => {
  const time = new HandTime(LATER);
  const { clocks, changes, watcher } = watching(time);
  const other = watching(time, clocks);
  const state = cartWith({ validUntil: LATER + 20 }, { validUntil: LATER + 30 });
  watcher.begin(state, 1);
  other.watcher.begin(state, 1);
  expect([time.timers, clocks.size]).toEqual([1, 1]);
  await watcher.return();
  await other.watcher.return();
  expect([time.timers, clocks.size, changes.isOver]).toEqual([0, 0, true]);
});

test.each([
  ['has no coupon with an end', cartWith({})],
  [
    'was checked out',
    given(
      opened(),
      added('MUG', 1, 1_000),
      applied('TEN', percentOff(10, { validUntil: LATER + 20 })),
      checkedOut(900),
    ).state,
  ],
])('a cart that %s has no timer', (_what, state) => {
  const time = new HandTime(LATER);
  const { watcher } = watching(time);
  watcher.begin(state, state.revision);
  expect(time.timers).toBe(0);
});

test('an end that is further away than a timer can wait is told on time', async () => {
  const time = new HandTime(LATER);
  const { watcher } = watching(time);
  const state = cartWith({ validUntil: LATER + FAR });
  watcher.begin(state, state.revision);
  const next = watcher.next();
  time.passTo(LATER + FAR);
  expect(await next).toMatchObject({ value: { state } });
});

test('the end of the watch ends a wait', async () => {
  const { watcher } = watching(new HandTime(LATER));
  const next = watcher.next();
  await watcher.return();
  expect(await next).toEqual({ done: true, value: undefined });
});
