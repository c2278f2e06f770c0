// The events that are no longer visible and that a scavenge may remove. They are always the first
// ones of a stream, so the remaining events have no gaps.
import type { DatabaseSync } from 'node:sqlite';
import { Log } from '../log/log.js';
import { Streams, type StreamView } from '../log/streams.js';

/** All revisions of a stream below `before` can be removed; a tombstone stays. */
export interface Cut {
  readonly streamId: number;
  readonly before: number;
}

/**
 * As in the real server, the last event of a stream stays, because it holds the stream's revision;
 * of a tombstoned stream only the tombstone stays.
 */
export function* hiddenEvents(file: DatabaseSync, nowMs: number): Generator<Cut> {
  const log = new Log(file);
  const streams = new Streams(log);
  const firstAlive = file.prepare(
    'SELECT min(rev) AS rev FROM events WHERE sid = ? AND rev >= ? AND rev <= ? AND created > ?',
  );
  /** The first unexpired event from a revision on, at most the last event. */
  const byAge = ({ head, metadata }: StreamView, from: number): number => {
    if (metadata.maxAgeMs === undefined) return from;
    const { streamId, revision } = head;
    const alive = firstAlive.get(streamId, from, revision, nowMs - metadata.maxAgeMs)?.['rev'];
    return typeof alive === 'number' ? alive : revision;
  };
  for (const { name } of file.prepare('SELECT name FROM streams').iterate()) {
    const view = streams.view(String(name));
    if (view === null) continue;
    const before = view.head.isTombstoned ? view.head.revision + 1 : byAge(view, byRules(view));
    if (before > 0) yield { streamId: view.head.streamId, before };
  }
}

/** The first event that is visible by count and truncation, at most the last event. */
function byRules({ firstVisible, head }: StreamView): number {
  return firstVisible < BigInt(head.revision) ? Number(firstVisible) : Math.max(0, head.revision);
}
