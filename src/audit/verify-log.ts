// Reads the whole log once and compares all that was computed from it: hash chains, read models and
// snapshots.
import {
  cartAggregate,
  couponAggregate,
  orderAggregate,
  productAggregate,
} from '../commands/aggregates.js';
import type { EventStore } from '../event-store/event-store.js';
import { type CheckableSnapshots, SnapshotCheck } from '../folds/snapshots/snapshot-check.js';
import type { AnyProjection } from '../projections/registry.js';
import { type Verification, type VerifiedRows, verify } from '../projections/verify.js';
import { judgeBreaks } from './chain-breaks.js';

export interface LogVerification extends Verification {
  readonly snapshots: {
    readonly checked: number;
    /** Streams of which there are snapshots that this log does not confirm. They are never used. */
    readonly ofOtherLogs: number;
  };
}

export interface VerifiedParts {
  /** Undefined where no server has ever run on this log. */
  readonly rows: VerifiedRows | undefined;
  readonly snapshots: CheckableSnapshots;
  readonly projections: readonly AnyProjection[];
  /** PEM: mends of hash chains that are signed by its private key are trusted. */
  readonly publicKey: string | undefined;
}

/**
 * Rows and snapshots have to be opened before the log, which then holds all that they were made of.
 */
export async function verifyLog(
  store: EventStore,
  { rows = noRows, snapshots, projections, publicKey }: VerifiedParts,
): Promise<LogVerification> {
  const check = new SnapshotCheck(snapshots)
    .of(cartAggregate)
    .of(orderAggregate)
    .of(productAggregate)
    .of(couponAggregate);
  const watched: Pick<EventStore, 'readAll' | 'readStream'> = {
    readAll: (range) => check.watch(store.readAll(range)),
    readStream: (stream, options) => store.readStream(stream, options),
  };
  const verification = await verify(watched, rows, projections, (breaks) =>
    judgeBreaks(store, breaks, publicKey),
  );
  const { checked, ofOtherLogs, differences } = check.findings;
  return {
    ...verification,
    snapshots: { checked, ofOtherLogs },
    differences: [...verification.differences, ...differences],
  };
}

const noRows: VerifiedRows = {
  generations: () => Promise.resolve([]),
  rows: () => {
    throw new RangeError('There are no rows where there is no generation');
  },
};
