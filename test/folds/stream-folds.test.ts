import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cartAggregate } from '../../src/commands/aggregates.js';
import type { CartState } from '../../src/domain/cart/state.js';
import {
  type Folded,
  type FoldLimit,
  foldOn,
  isBeyond,
  nothingFolded,
} from '../../src/folds/folding.js';
import { UnreadableEventError } from '../../src/event-store/recorded.js';
import { BATCH, spacingAfter } from '../../src/folds/snapshots/snapshots.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import { added, changed, opened } from '../controls/cart.js';
import { CountedLog } from '../controls/counted-log.js';
import { NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { SnapshotFolder } from './snapshot-folder.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const stream = 'cart-1';
/**
 * One event confirms the snapshot; then come those of a batch that is not full, and its spacing.
 */
const MOST_READ = 1 + BATCH + spacingAfter(0);

/** Independent folds: event by event from the start, with nothing kept anywhere. */
class IndependentFolds {
  private readonly folds = [nothingFolded(cartAggregate)];

  constructor(private readonly log: CountedLog) {
    for (const stored of log.eventsOf(stream)) {
      this.folds.push(foldOn(cartAggregate, this.folds.at(-1)!, stored));
    }
  }

  upTo(limit: FoldLimit): Folded<CartState> {
    const beyond = this.log.eventsOf(stream).findIndex((stored) => isBeyond(limit, stored));
    return this.folds.at(beyond)!;
  }
}

const foldedFrom = (log: CountedLog) => new IndependentFolds(log).upTo({});

async function startFolder() {
  const folder = await SnapshotFolder.make(cleanup);
  const log = new CountedLog();
  /** As after a start of the process. */
  const restarted = () => new StreamFolds(log, folder.open());
  return { folder, log, restarted };
}

/** Around every third event, which comes to every place between two snapshots. */
const limitsAround = (log: CountedLog): FoldLimit[] =>
  log.eventsOf(stream).flatMap(({ revision, recordedAt, metadata }) => {
    if (revision % 3 !== 0) return [];
    const occurred = Date.parse(metadata.occurredAt);
    return [
      { revision },
      ...[-1, 0, 1].flatMap((step) => [
        { occurredBy: occurred + step },
        { occurredBy: Infinity, recordedBy: recordedAt + step },
        { occurredBy: occurred + step, recordedBy: recordedAt - step * 700 },
      ]),
    ];
  });

describe('a fold that begins at a snapshot', () => {
  test('is the fold of the log, at an event and the millisecond before and after, in both times', async () => {
    const steps = fc.array(
      fc.record({
        occurredMs: fc.constantFrom(0, 1, 900, 5_000),
        // The store's clock may step back.
        recordedMs: fc.constantFrom(-4_000, -1, 0, 1, 1_000, 3_000),
        kind: fc.constantFrom('add' as const, 'raise' as const, 'lower' as const),
        sku: fc.constantFrom('A', 'B', 'C'),
      }),
      { minLength: 70, maxLength: 200 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const { log, restarted } = await startFolder();
        let occurredAt = NOON;
        let recordedAt = NOON;
        log.append(stream, opened());
        for (const { occurredMs, recordedMs, kind, sku } of given) {
          occurredAt += occurredMs;
          recordedAt += recordedMs;
          const quantity = 1 + (recordedAt % 5);
          const event =
            kind === 'add'
              ? added(sku, quantity, 100 + (occurredAt % 3))
              : kind === 'raise'
                ? changed(sku, quantity, quantity + 2, 100)
                : changed(sku, quantity + 1, quantity);
          log.append(stream, event, { occurredAt, recordedAt });
        }
        await restarted().upTo(cartAggregate, stream);
        const folds = restarted();
        const independent = new IndependentFolds(log);
        for (const limit of limitsAround(log)) {
          expect(await folds.upTo(cartAggregate, stream, limit)).toEqual(independent.upTo(limit));
        }
      }),
      { numRuns: 5 },
    );
  });

  test('reads a bounded number of events, wherever it ends and however long the stream is', async () => {
    const { log, restarted } = await startFolder();
    log.fill(stream, 10_000);
    expect(await log.readBy(() => restarted().upTo(cartAggregate, stream))).toBe(10_000);
    const folds = restarted();
    const independent = new IndependentFolds(log);
    for (const limit of [
      {},
      { revision: 0 },
      { revision: 5_000 },
      { revision: 9_999 },
      ...Array.from({ length: 100 }, (_, part) => ({ occurredBy: NOON + part * 99_990 })),
      { recordedBy: NOON + 4_321_000 },
      { occurredBy: NOON + 9_000_000, recordedBy: NOON + 1_234_567 },
    ]) {
      const read = await log.readBy(async () =>
        expect(await folds.upTo(cartAggregate, stream, limit)).toEqual(independent.upTo(limit)),
      );
      expect(read).toBeLessThanOrEqual(MOST_READ);
    }
  });

  test('takes further ones as the stream grows, only from events that were read', async () => {
    const { log, restarted } = await startFolder();
    const folds = restarted();
    for (let events = 50; events <= 1_000; events += 50) {
      log.fill(stream, events);
      folds.takeSnapshots(cartAggregate, stream, events - 1);
      await folds.settled();
    }
    expect(log.eventsRead).toBeLessThan(2 * 1_000);
    expect(await log.readBy(() => restarted().upTo(cartAggregate, stream))).toBeLessThanOrEqual(
      MOST_READ,
    );
    expect(await restarted().upTo(cartAggregate, stream)).toEqual(foldedFrom(log));
  });

  test('leaves no trace of a short stream', async () => {
    const { folder, log, restarted } = await startFolder();
    log.fill(stream, BATCH - 1);
    await restarted().upTo(cartAggregate, stream);
    expect(folder.open().streams(cartAggregate.foldHash)).toEqual([]);
  });

  test('is not the fold of another program', async () => {
    const { log, restarted } = await startFolder();
    log.fill(stream, 500);
    await restarted().upTo(cartAggregate, stream);
    const decider = {
      ...cartAggregate.decider,
      evolve: (state: CartState): CartState => ({ ...state, id: null, status: 'ABSENT' }),
    };
    const changedFold = { ...cartAggregate, decider, foldHash: 'another' };
    const read = await log.readBy(async () => {
      const { state } = await restarted().upTo(changedFold, stream);
      expect(state).toMatchObject({ status: 'ABSENT' });
    });
    expect(read).toBe(500);
    expect(await restarted().upTo(cartAggregate, stream)).toEqual(foldedFrom(log));
  });

  test('stops at an event that this code does not understand, and keeps what came before', async () => {
    const { log, restarted } = await startFolder();
    log.fill(stream, 200);
    const event = log.eventsOf(stream)[199]!;
    (log.eventsOf(stream) as object[])[199] = { ...event, data: {} };
    await expect(restarted().upTo(cartAggregate, stream)).rejects.toThrow(UnreadableEventError);
    const read = await log.readBy(() => restarted().upTo(cartAggregate, stream, { revision: 190 }));
    expect(read).toBeLessThanOrEqual(MOST_READ);
  });
});

describe('a log that is not the one of which snapshots were taken', () => {
  test('because it was restored from a backup, is folded alone', async () => {
    const { log, restarted } = await startFolder();
    log.fill(stream, 500);
    await restarted().upTo(cartAggregate, stream);
    log.cutTo(stream, 130);
    expect(await restarted().upTo(cartAggregate, stream)).toEqual(foldedFrom(log));
    for (let at = 130; at < 500; at += 1) log.append(stream, added('B', 1, 5));
    expect(await restarted().upTo(cartAggregate, stream)).toEqual(foldedFrom(log));
  });

  test('with the same commands in another order, is distinguished by its hash chain', async () => {
    const { log, restarted } = await startFolder();
    log.fill(stream, 70);
    log.append(stream, added('B', 1, 5), { id: 'b' });
    log.append(stream, added('C', 1, 5), { id: 'c' });
    log.fill(stream, 500);
    await restarted().upTo(cartAggregate, stream);
    log.cutTo(stream, 70);
    log.append(stream, added('C', 1, 5), { id: 'c' });
    log.append(stream, added('B', 1, 5), { id: 'b' });
    log.fill(stream, 500);
    expect(await restarted().upTo(cartAggregate, stream)).toEqual(foldedFrom(log));
  });

  test('because the stream is gone, gives nothing', async () => {
    const { log, restarted } = await startFolder();
    log.fill(stream, 200);
    await restarted().upTo(cartAggregate, stream);
    log.cutTo(stream, 0);
    expect((await restarted().upTo(cartAggregate, stream)).revision).toBe(-1);
  });
});
