// Reads the whole log once and compares everything that was computed from it: hash chains, read
// models and snapshots.
import {
  cartAggregate,
  couponAggregate,
  orderAggregate,
  productAggregate,
} from '../commands/aggregates.js';
import type { EventStore } from '../event-store/event-store.js';
import { type CheckableSnapshots, SnapshotCheck } from '../folds/snapshots/snapshot-check.js';
import type { AnyProjection } from '../projections/registry.js';
import {
  type Verification,
  type VerifiedLog,
  type VerifiedRows,
  verify,
} from '../projections/verify.js';
import type { Time } from '../waiting/time.js';
import { judgeBreaks } from './chain-breaks.js';

export interface LogVerification extends Verification {
  readonly snapshots: {
    readonly checked: number;
    /** Number of streams with snapshots that this log does not confirm. Those are never used. */
    readonly ofOtherLogs: number;
  };
}

export interface VerifiedParts {
  /** Undefined when no server has run on this log. */
  readonly rows: VerifiedRows | undefined;
  readonly snapshots: CheckableSnapshots;
  readonly projections: readonly AnyProjection[];
  /** PEM; mends signed by its private key are trusted. */
  readonly publicKey: string | undefined;
  readonly time?: Time;
}

/** Open rows and snapshots before the log; then the log includes everything behind them. */
export async function verifyLog(
  store: EventStore,
  { rows = noRows, snapshots, projections, publicKey, time }: VerifiedParts,
): Promise<LogVerification> {
  const check = new SnapshotCheck(snapshots)
    .of(cartAggregate)
    .of(orderAggregate)
    .of(productAggregate)
    .of(couponAggregate);
  const watched: VerifiedLog = {
    readAll: (range) => check.watch(store.readAll(range)),
    readStream: (stream, options) => store.readStream(stream, options),
    isCluster: store.isCluster,
    headPosition: () => store.headPosition(),
    eventIdAt: (position) => store.eventIdAt(position),
  };
  const verification = await verify(watched, rows, projections, {
    judgeBreaks: (breaks) => judgeBreaks(store, breaks, publicKey),
    ...(time && { time }),
  });
  const { checked, ofOtherLogs, differences } = check.findings;
  return {
    ...verification,
    snapshots: { checked, ofOtherLogs },
    differences: [...verification.differences, ...differences],
  };
}

const noRows: VerifiedRows = {
  missingColumns: () => Promise.resolve([]),
  generations: () => Promise.resolve([]),
  rows: () => {
    throw new RangeError('There are no rows where there is no generation');
  },
};
