// Rows are not called false when the read that they are compared with ended early: a leader that
// was replaced answers from a shorter log until it learns of that.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { StoreUnavailableError } from '../../src/event-store/errors.js';
import { LogEndsEarlyError } from '../../src/event-store/log-place.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import { openRowStore } from '../../src/read-models/open.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import { systemTime, type Time } from '../../src/waiting/time.js';
import { added, CART_ID, opened } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';

const projections = projectionsOf(standardPricing);
const cart = `cart-${CART_ID}`;

let dataDir = '';
let rows: RowStore;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-verify-'));
  rows = await openRowStore({ dataDir });
});
afterEach(async () => {
  await rows.close();
  await rm(dataDir, { recursive: true });
});

/** Answers from the first events alone until its head was asked for some times. */
class LateLog extends StoredLog {
  constructor(
    private readonly known: number,
    private staleAnswers: number,
  ) {
    super();
  }

  override async headPosition(): Promise<bigint> {
    const isStale = this.staleAnswers > 0;
    this.staleAnswers -= 1;
    return isStale ? this.events[this.known - 1]!.position : super.headPosition();
  }

  override async *readAllInBatches(range: { readonly after?: bigint } = {}) {
    const isStale = this.staleAnswers > 0;
    const lastKnown = this.events[this.known - 1]!.position;
    for await (const batch of super.readAllInBatches(range)) {
      const told = batch.filter(({ position }) => !isStale || position <= lastKnown);
      if (told.length > 0) yield told;
    }
  }
}

/** Waits at once, by its own clock. */
function timeAtOnce(): Time {
  let nowMs = 0;
  return {
    ...systemTime,
    monotonicMs: () => nowMs,
    after: (ms, task) => {
      nowMs += ms;
      return systemTime.after(0, task);
    },
  };
}

async function projectedFrom<Log extends StoredLog>(log: Log): Promise<Log> {
  log.append(cart, opened(), added('MUG', 1, 100), added('CUP', 2, 50));
  await (await Projector.start(rows, projections)).apply(log.events);
  return log;
}

test.each([1, 2, 5])(
  'a read of a leader that was replaced is refused, asked %i times',
  async (n) => {
    const log = await projectedFrom(new LateLog(1, n));
    const verifying = verify(log, rows, projections, { time: timeAtOnce() });
    await expect(verifying).rejects.toThrow(LogEndsEarlyError);
    // Commands that wait for the store begin anew on it.
    await expect(verifying).rejects.toThrow(StoreUnavailableError);
    expect((await verify(log, rows, projections)).differences).toEqual([]);
  },
);

test('a log that stays shorter is an older copy, and the rows are more than it has', async () => {
  const log = await projectedFrom(new LateLog(1, Infinity));
  const { differences } = await verify(log, rows, projections, { time: timeAtOnce() });
  expect(differences).toContainEqual(expect.stringMatching(/^cart: .* differs from its fold$/));
});
