// What runs have seen: each fault, each pair of faults in one run, each kind of answer, and what
// became of orders.
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import type { HistoryRecord } from './history.js';
import { ORDER } from './laws/log-model.js';

export class Coverage {
  readonly faults = new Map<string, number>();
  readonly answers = new Map<string, number>();
  /** Two faults that happened in one run, by both names in order. */
  readonly pairs = new Set<string>();
  /** Events of this run's orders, by type. */
  readonly orderEvents = new Map<string, number>();

  saw(fault: string): void {
    add(this.faults, fault, 1);
  }

  stored({ stream, type }: Pick<StoredEvent, 'stream' | 'type'>): void {
    if (stream.startsWith(ORDER)) add(this.orderEvents, type, 1);
  }

  happened(record: HistoryRecord): void {
    if (record.kind === 'incident') add(this.answers, `incident: ${record.incident}`, 1);
    if (record.kind !== 'replied') return;
    const { reply } = record;
    const what = 'code' in reply ? `${reply.kind}: ${reply.code}` : reply.kind;
    add(this.answers, reply.kind === 'done' ? `done: ${reply.outcome}` : what, 1);
  }

  /** Takes over what another run has seen. */
  add(other: Pick<Coverage, 'faults' | 'answers'>): void {
    for (const [fault, count] of other.faults) add(this.faults, fault, count);
    for (const [answer, count] of other.answers) add(this.answers, answer, count);
    const names = [...other.faults.keys()].sort();
    names.forEach((one, index) => {
      for (const another of names.slice(index + 1)) this.pairs.add(`${one} + ${another}`);
    });
  }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
