// The library's consumer, without its filter of aborted records: it takes all aborted transactions
// of one producer in an answer for a single one, and drops what was committed between them.
import {
  type API,
  type Callback,
  Consumer,
  FetchIsolationLevels,
  kGetApi,
} from '@platformatic/kafka';

/** The place of the isolation level among the arguments of a fetch. */
const ISOLATION = 4;

/**
 * Brokers answer up to the last stable offset, with the aborted transactions beside the records.
 * The library, which believes that it reads uncommitted records, leaves the answer as it is;
 * `committed.ts` tells which batches count.
 */
export class RelayConsumer extends Consumer {
  override [kGetApi]<Asked extends unknown[], Answered>(
    name: string,
    callback: Callback<API<Asked, Answered>>,
  ): void {
    super[kGetApi]<Asked, Answered>(name, (error, api) => {
      callback(error, name === 'Fetch' && api !== undefined ? ofCommitted(api) : api);
    });
  }
}

function ofCommitted<Asked extends unknown[], Answered>(
  api: API<Asked, Answered>,
): API<Asked, Answered> {
  const asked = api as unknown as (...words: unknown[]) => void;
  const fetch = (...words: unknown[]) => {
    asked(...words.with(ISOLATION, FetchIsolationLevels.READ_COMMITTED));
  };
  return Object.assign(fetch, api);
}
