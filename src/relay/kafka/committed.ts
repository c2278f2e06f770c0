// Which batches of a fetched part of a partition count: neither those of aborted transactions nor
// the ends of transactions.
import type { FetchResponsePartition } from './fetched.js';

/** Bits of a batch's attributes: https://kafka.apache.org/documentation/#recordbatch */
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** The type of a control record, in the second half of its key. */
const ABORT = 0;

type Batch = NonNullable<FetchResponsePartition['records']>[number];

export function committedBatches({
  records,
  abortedTransactions,
}: Pick<FetchResponsePartition, 'records' | 'abortedTransactions'>): readonly Batch[] {
  const starting = [...(abortedTransactions ?? [])].sort((one, other) =>
    one.firstOffset < other.firstOffset ? -1 : 1,
  );
  const aborted = new Set<bigint>();
  return (records ?? []).filter((batch) => {
    const lastOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (starting[0] !== undefined && starting[0].firstOffset <= lastOffset) {
      aborted.add(starting[0].producerId);
      starting.shift();
    }
    if ((batch.attributes & CONTROL) !== 0) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) aborted.delete(batch.producerId);
      return false;
    }
    return (batch.attributes & TRANSACTIONAL) === 0 || !aborted.has(batch.producerId);
  });
}

/** The offset after all batches, also those that do not count; undefined where there are none. */
export function offsetAfter({
  records,
}: Pick<FetchResponsePartition, 'records'>): bigint | undefined {
  const last = records?.at(-1);
  return last && last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
}
