// Counts what happens in a soak while it happens: for the progress line, the summary, and to know
// how far every open subscription has come.
import type { AskedRecord, HistoryRecord, RepliedRecord } from '../simulator/history.js';

interface Watched {
  readonly cartId: string;
  revision: number;
}

export class Tally {
  asked = 0;
  readonly replies = new Map<string, number>();
  readonly incidents = new Map<string, number>();
  /** Faults by kind. */
  troubles: ReadonlyMap<string, number> = new Map();
  /** Ids of events that somebody else has written, or tried to. */
  readonly foreign: string[] = [];
  private readonly open = new Map<number, Watched>();

  count(record: HistoryRecord): void {
    if (record.kind === 'asked') this.countAsked(record);
    else if (record.kind === 'replied') this.countReplied(record);
    else add(this.incidents, record.incident);
  }

  /** How far each open subscription has been pushed. */
  watched(): readonly Watched[] {
    return [...this.open.values()];
  }

  private countAsked({ ask, intent }: AskedRecord): void {
    this.asked += 1;
    if (intent.kind === 'write foreign') this.foreign.push(intent.eventId);
    if (intent.kind !== 'watch cart') return;
    this.open.set(ask, { cartId: intent.cartId, revision: intent.afterRevision ?? -1 });
  }

  private countReplied({ ask, reply }: RepliedRecord): void {
    add(this.replies, 'code' in reply ? reply.code : reply.kind);
    const watched = this.open.get(ask);
    if (watched === undefined) return;
    if (reply.kind === 'push') watched.revision = reply.revision;
    else this.open.delete(ask);
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
