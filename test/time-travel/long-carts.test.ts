import { afterEach, describe, expect, test } from '@jest/globals';
import { cartAggregate, orderAggregate } from '../../src/commands/aggregates.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { BATCH, spacingAfter } from '../../src/folds/snapshots/snapshots.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { LiveChanges } from '../../src/live-updates/live-changes.js';
import { CartHistory } from '../../src/time-travel/cart-history.js';
import { added, applied, CART_ID, percentOff } from '../controls/cart.js';
import { CountedLog } from '../controls/counted-log.js';
import { NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { SnapshotFolder } from '../folds/snapshot-folder.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const stream = `cart-${CART_ID}`;
const EVENTS = 5_000;
/**
 * One event confirms the snapshot; then come those of a batch that is not full, and its spacing.
 */
const MOST_READ = 1 + BATCH + spacingAfter(0);
/** Seconds from the first event to these instants, each a second after that event. */
const seconds = [0, 1, 15, 16, 63, 64, 1_000, 2_345, 4_900, EVENTS - 1, EVENTS + 1_000];

/**
 * A cart with a long past, one event a second; a coupon and a second product came in the middle of
 * it.
 */
async function longCart() {
  const log = new CountedLog();
  log.fill(stream, 2_000);
  log.append(stream, applied('TEN', percentOff(10)));
  log.append(stream, added('B', 2, 250));
  log.fill(stream, EVENTS);
  const folder = await SnapshotFolder.make(cleanup);
  const folds = new StreamFolds(log, folder.open());
  await folds.upTo(cartAggregate, stream);
  const rules = () => standardRules;
  return {
    log,
    folds,
    history: new CartHistory(log, cartAggregate, rules, folds),
    /** Reads all of the log each time. */
    plain: new CartHistory(log, cartAggregate, rules),
  };
}

describe('the past of a long cart', () => {
  test('at an instant, also as it was known at another, is read in part', async () => {
    const { log, history, plain } = await longCart();
    for (const second of seconds) {
      const at = NOON + second * 1_000;
      for (const knownAt of [undefined, at - 1, NOON + 3_000_000]) {
        const expected = await plain.cartAt(CART_ID, at, knownAt);
        const read = await log.readBy(async () =>
          expect(await history.cartAt(CART_ID, at, knownAt)).toEqual(expected),
        );
        expect(read).toBeLessThanOrEqual(MOST_READ);
      }
    }
  });

  test('at a revision is read in part, and null for one that it has not reached', async () => {
    const { log, history, plain } = await longCart();
    for (const revision of [...seconds, EVENTS]) {
      const expected = await plain.cartAtRevision(CART_ID, revision);
      const read = await log.readBy(async () =>
        expect(await history.cartAtRevision(CART_ID, revision)).toEqual(expected),
      );
      expect(read).toBeLessThanOrEqual(MOST_READ);
    }
    expect(await history.cartAtRevision(CART_ID, EVENTS)).toBeNull();
  });

  test('is explained by the events that it cites, without the rest', async () => {
    const { log, history, plain } = await longCart();
    for (const second of seconds) {
      const at = NOON + second * 1_000;
      const expected = await plain.explanation(CART_ID, at);
      const read = await log.readBy(async () =>
        expect(await history.explanation(CART_ID, at)).toEqual(expected),
      );
      expect(expected?.parts).toHaveLength(second < 1 ? 0 : second < 2_000 ? 1 : 3);
      expect(read).toBeLessThanOrEqual(2 * MOST_READ);
    }
  });

  test('between two instants is read from the first of them to the second', async () => {
    const { log, history, plain } = await longCart();
    for (const [from, to] of [
      [0, 10],
      [1_990, 2_010],
      [2_010, 1_990],
      [4_000, 4_000],
      [-5, 3],
    ] as const) {
      const instants = [NOON + from * 1_000, NOON + to * 1_000] as const;
      const expected = await plain.diff(CART_ID, ...instants);
      const read = await log.readBy(async () =>
        expect(await history.diff(CART_ID, ...instants)).toEqual(expected),
      );
      expect(read).toBeLessThanOrEqual(MOST_READ + Math.abs(to - from) + 1);
    }
  });
});

describe('watching a long cart', () => {
  const unheard = { watch: () => Promise.resolve(), leave: () => undefined };
  /** The first change, after which nobody watches any more. */
  async function first<Change>(changes: AsyncIterable<Change>): Promise<Change> {
    for await (const change of changes) return change;
    throw new Error('It ended before it began');
  }
  const watched = { cart: cartAggregate, order: orderAggregate };

  test('begins with the cart as it stands, read in part', async () => {
    const { log, folds, history } = await longCart();
    const live = new LiveChanges(unheard, log, watched, folds);
    const changes = live.cartChanges(CART_ID, undefined);
    const read = await log.readBy(async () => {
      const change = await first(changes);
      expect(change).toMatchObject({ entry: null, revision: EVENTS - 1 });
      expect(change.state).toEqual(await history.cartAtRevision(CART_ID, EVENTS - 1));
    });
    expect(read).toBeLessThanOrEqual(2 * MOST_READ);
  });

  test('from a cursor continues with the next change, read in part', async () => {
    const { log, folds, history } = await longCart();
    const changes = new LiveChanges(unheard, log, watched, folds).cartChanges(CART_ID, EVENTS - 3);
    const read = await log.readBy(async () => {
      const change = await first(changes);
      expect(change).toMatchObject({ entry: { stored: { revision: EVENTS - 2 } } });
      expect(change.state).toEqual(await history.cartAtRevision(CART_ID, EVENTS - 2));
    });
    expect(read).toBeLessThanOrEqual(3 * MOST_READ);
  });
});
