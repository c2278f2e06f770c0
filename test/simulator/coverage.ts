// What runs have seen: each fault, each pair of faults in one run, each kind of answer, what became
// of orders, and how much the laws about orders had to judge while there were faults.
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import type { HistoryRecord } from './history.js';
import { Exercised } from './laws/exercised.js';
import { ORDER } from './laws/log-model.js';
import type { Deed } from './outside/deeds.js';

export class Coverage {
  readonly faults = new Map<string, number>();
  readonly answers = new Map<string, number>();
  /** Two faults that happened in one run, by both names in order. */
  readonly pairs = new Set<string>();
  /** Events of this run's orders, by type. */
  readonly orderEvents = new Map<string, number>();

  /** What happened between the opening of the shop and the end of the faults. */
  private readonly exercised = new Exercised();
  private isAmidFaults = false;

  /** The first fault may come, or the last one has been. */
  faultsAre(isAmidFaults: boolean): void {
    this.isAmidFaults = isAmidFaults;
  }

  /** By law about orders: of how many orders, mails or messages it judged something. */
  get exercises(): ReadonlyMap<string, number> {
    return this.exercised.counts;
  }

  did(deed: Deed): void {
    if (this.isAmidFaults) this.exercised.did(deed);
  }

  saw(fault: string): void {
    add(this.faults, fault, 1);
  }

  stored(event: StoredEvent): void {
    const { stream, type } = event;
    if (this.isAmidFaults) this.exercised.stored(event);
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
