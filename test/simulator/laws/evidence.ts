// All that is left of a run, and what laws say of it: a pure function.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { HistoryRecord } from '../history.js';
import type { Deed, ParkedEvent } from '../outside/deeds.js';
import {
  type Breach,
  type CachedState,
  Judge,
  type KeptKey,
  type Law,
  type OpenedText,
  type RowsCommitted,
  type Setting,
} from './law.js';

/** All that is left of a run. */
export interface Evidence {
  readonly log: readonly StoredEvent[];
  readonly history: readonly HistoryRecord[];
  readonly commits?: readonly RowsCommitted[];
  readonly caches?: readonly CachedState[];
  /** What happened outside, each after so many events of the log. */
  readonly deeds?: readonly SeenDeed[];
  readonly parked?: readonly ParkedEvent[];
  readonly opened?: readonly OpenedText[];
  readonly kept?: readonly KeptKey[];
}

export interface SeenDeed {
  readonly deed: Deed;
  /** How many events the log had then. */
  readonly after: number;
}

export function breachesOf(
  laws: readonly Law[],
  setting: Setting,
  evidence: Evidence,
): readonly Breach[] {
  const { log, history, commits = [], caches = [], deeds = [], parked = [] } = evidence;
  const judge = new Judge(laws, setting);
  for (const record of history) {
    if (record.kind !== 'asked' || record.intent.kind !== 'write foreign') continue;
    judge.foretold(record.intent.eventId);
  }
  const later = deeds.toSorted((one, other) => one.after - other.after);
  const tellDeeds = (count: number) => {
    while (later[0] !== undefined && later[0].after <= count) judge.did(later.shift()!.deed);
  };
  log.forEach((event, index) => {
    tellDeeds(index);
    judge.stored(event);
  });
  tellDeeds(Infinity);
  for (const record of history) judge.happened(record);
  for (const commit of commits) judge.committed(commit);
  for (const state of caches) judge.cached(state);
  for (const event of parked) judge.parked(event);
  for (const text of evidence.opened ?? []) judge.opened(text);
  for (const key of evidence.kept ?? []) judge.kept(key);
  return judge.ended();
}
