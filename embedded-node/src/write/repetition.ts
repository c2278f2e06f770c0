// Recognises repeated writes. Only ids are compared, not types or data. A repetition returns the
// place of its own last event, or no position when that is no longer visible.
import type { Expectation } from './expectation.js';
import type { Log } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';
import type { RecentIds } from './recent-ids.js';
import type { StreamView } from '../log/streams.js';
import type { Written } from './writer.js';

/**
 * Null: it is new. 'partly': only some of its events were written before, and others follow them.
 */
export function repetitionOf(
  log: Log,
  recent: RecentIds,
  view: StreamView | null,
  stream: string,
  events: readonly ProposedEvent[],
  expected: Expectation,
): Written | 'partly' | null {
  if (view === null || events.length === 0) return null;
  return typeof expected === 'object' || expected === 'no stream'
    ? atExactPlace(log, view, events, expected)
    : byRecentIds(recent, view, stream, events);
}

/** With an exact expected revision, the events would be right after it. */
function atExactPlace(
  log: Log,
  view: StreamView,
  events: readonly ProposedEvent[],
  expected: 'no stream' | { readonly revision: bigint },
): Written | 'partly' | null {
  const first = expected === 'no stream' ? 0n : expected.revision + 1n;
  if (first > BigInt(view.head.revision)) return null;
  const stored = log.places(view.head, first, events.length);
  const known = stored.filter(({ id }, index) => id === events[index]?.id);
  const last = known.at(-1);
  if (last === undefined) return null;
  if (known.length < events.length) return stored[0]?.id === events[0]?.id ? 'partly' : null;
  return answerOf(view, last.revision, last.position);
}

/**
 * With any expected revision, the first event decides whether it is a repetition, and the others
 * must be known too.
 */
function byRecentIds(
  recent: RecentIds,
  view: StreamView,
  stream: string,
  events: readonly ProposedEvent[],
): Written | 'partly' | null {
  const places = events.map(({ id }) => recent.find(stream, id));
  if (places[0] === undefined) return null;
  const last = places.at(-1);
  if (last === undefined || places.includes(undefined)) return 'partly';
  return answerOf(view, last.revision, last.position);
}

function answerOf(view: StreamView, revision: number, position: number): Written {
  const isHidden = BigInt(revision) < view.firstVisible;
  return { revision, position: isHidden ? null : position };
}
