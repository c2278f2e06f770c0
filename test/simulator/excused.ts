// What EventStoreDB itself does not promise: a leader that was replaced answers reads from what it
// has until it learns of that, even those that require the leader. So for a moment a read, and a
// refusal that is decided on it, may be behind what another node has acknowledged. No write is ever
// decided on it, for the new leader compares each with its log. Reads and refusals are not judged
// for that moment, and nothing else is excused.
import { UNAWARE_LEADER_MS } from '../../src/event-store/log-place.js';
import type { Breach } from './laws/law.js';

/** As long as anything that was read from such a leader may be on its way to a client. */
export const STALE_MS = 3_000;

const aboutReads: ReadonlySet<string> = new Set([
  'reads never back',
  'past is prefix',
  // A refusal is decided on a read, and nothing else of a command is.
  'one answer',
  'one answer to a claim',
]);

export class Excused {
  private staleAt = -Infinity;
  private movedAt = -Infinity;
  private judged = 0;

  constructor(private readonly nowMs: () => number) {}

  /** Told of what the store does. */
  saw(happening: string): void {
    const now = this.nowMs();
    if (happening === 'leaderMoved') this.movedAt = now;
    // A follower that answers has no such excuse.
    if (happening === 'staleAnswer' && now - this.movedAt < UNAWARE_LEADER_MS) this.staleAt = now;
  }

  /** Of the breaches so far, those that were not judged before and that nothing excuses. */
  rest(breaches: readonly Breach[]): readonly Breach[] {
    const found = breaches.slice(this.judged);
    this.judged = breaches.length;
    const isStale = this.nowMs() - this.staleAt < STALE_MS;
    return found.filter(({ law }) => !isStale || !aboutReads.has(law));
  }
}
