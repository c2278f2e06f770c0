// Links of the simulated log: events of type `$>` whose data names another one as
// `revision@stream`.
import type { Entry } from './entry.js';
import type { LogView } from './log-view.js';

export interface Resolved {
  readonly event: Entry | undefined;
  readonly link: Entry | undefined;
}

const LINK_TYPE = '$>';
const NAMED = /^\s*([+-]?\d+)\s*(?:@(.*))?$/s;
/** Names the last event of a stream. */
const LAST = -1n;

/**
 * A link that leads nowhere has no event. One that names no revision is read as an ordinary event,
 * and comes to a live reader as one that leads nowhere.
 */
export function resolved(view: LogView, entry: Entry, isLive = false): Resolved {
  if (entry.type !== LINK_TYPE) return { event: entry, link: undefined };
  const text = Buffer.from(entry.data).toString('utf8');
  const [, number, stream = ''] = NAMED.exec(text) ?? [];
  const revision = number === undefined ? undefined : BigInt(number);
  if (revision === undefined || revision !== BigInt.asIntN(64, revision)) {
    return isLive ? { event: undefined, link: entry } : { event: entry, link: undefined };
  }
  return { event: target(view, stream, revision), link: entry };
}

function target(view: LogView, stream: string, named: bigint): Entry | undefined {
  if (view.isSoftDeleted(stream) || view.isOverForReaders(stream)) return undefined;
  const revision = named === LAST ? BigInt(view.countOf(stream) - 1) : named;
  if (revision < view.firstVisible(stream)) return undefined;
  const event = view.entryAt(stream, Number(revision));
  return event !== undefined && view.ageLimitOf(stream)(event) ? event : undefined;
}
