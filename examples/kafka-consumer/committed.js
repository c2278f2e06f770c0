// The client library's consumer, without its filter of aborted records: it knows one aborted
// transaction of a producer, and an answer of a broker can have several, with committed ones between.
import { Consumer, FetchIsolationLevels, kGetApi } from '@platformatic/kafka';

/** The place of the isolation level among the arguments of a fetch. */
const ISOLATION = 4;
/** Bits of a batch: it belongs to a transaction, or is the end of one. */
const [TRANSACTIONAL, CONTROL] = [0x10, 0x20];
/** The kind of an end, in the second half of its key. */
const ABORTED = 0;

/** It believes that it reads uncommitted records, so it leaves the answers of the brokers whole. */
export class CommittedConsumer extends Consumer {
  constructor(options) {
    super({ ...options, isolationLevel: FetchIsolationLevels.READ_UNCOMMITTED });
  }

  [kGetApi](name, callback) {
    super[kGetApi](name, (error, api) => callback(error, name === 'Fetch' ? asked(api) : api));
  }
}

function asked(api) {
  const fetch = (...words) => api(...words.with(ISOLATION, FetchIsolationLevels.READ_COMMITTED));
  return api && Object.assign(fetch, api);
}

/** The batches of one partition in an answer that were committed, in order. */
export function committedBatches({ records, abortedTransactions }) {
  const starting = [...(abortedTransactions ?? [])].sort((one, other) =>
    one.firstOffset < other.firstOffset ? -1 : 1,
  );
  const aborting = new Set();
  return (records ?? []).filter((batch) => {
    const { attributes, firstOffset, lastOffsetDelta, producerId } = batch;
    const last = firstOffset + BigInt(lastOffsetDelta);
    while (starting.length > 0 && starting[0].firstOffset <= last) {
      aborting.add(starting.shift().producerId);
    }
    if ((attributes & CONTROL) !== 0) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORTED) aborting.delete(producerId);
      return false;
    }
    return (attributes & TRANSACTIONAL) === 0 || !aborting.has(producerId);
  });
}
