// The response of `/stats`: statistics that are in memory, so the request is cheap for any size of
// log.
import { statSync } from 'node:fs';
import type { Log } from '../log/log.js';
import { logPath } from '../log/log-file.js';
import type { Activity } from './activity.js';

export function statisticsOf(log: Log, activity: Activity, dataDir: string | undefined) {
  const { writes, commits, failedCommits, openReads, openSubscriptions } = activity;
  const { rss, heapUsed } = process.memoryUsage();
  return {
    uptimeSeconds: Math.floor((activity.nowMs() - activity.startedAtMs) / 1000),
    log: { events: log.eventCount, lastPosition: log.end, bytes: bytesIn(dataDir) },
    writes: { total: writes.total, perSecond: writes.perSecond },
    commits: { total: commits.total, perSecond: commits.perSecond, failed: failedCommits.total },
    open: { reads: openReads, subscriptions: openSubscriptions },
    memory: { residentBytes: rss, heapBytes: heapUsed },
  };
}

/** Bytes of the log and its WAL; 0 for a log in memory. */
function bytesIn(dataDir: string | undefined): number {
  if (dataDir === undefined) return 0;
  const path = logPath(dataDir);
  return [path, `${path}-wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
