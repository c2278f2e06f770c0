// Which events of a log nobody can see any more: what a scavenge may take. It is always a beginning
// of a stream, so that what stays has no gaps but one below.
import type { DatabaseSync } from 'node:sqlite';
import { Log } from '../log/log.js';
import { Streams, type StreamView } from '../log/streams.js';

/** All of a stream's revisions below `before` can go; a tombstone stays. */
export interface Cut {
  readonly streamId: number;
  readonly before: number;
}

/**
 * As the real server has it, the last event of a stream stays, since it tells the stream's
 * revision; only of a tombstoned stream nothing but the tombstone does.
 */
export function* hiddenEvents(file: DatabaseSync, nowMs: number): Generator<Cut> {
  const log = new Log(file);
  const streams = new Streams(log);
  const firstAlive = file.prepare(
    'SELECT min(rev) AS rev FROM events WHERE sid = ? AND rev >= ? AND rev <= ? AND created > ?',
  );
  /** The first event from a revision on that has not expired, but the last one at the latest. */
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

/** The first event that count and truncation leave, but the last one at the latest. */
function byRules({ firstVisible, head }: StreamView): number {
  return firstVisible < BigInt(head.revision) ? Number(firstVisible) : Math.max(0, head.revision);
}
