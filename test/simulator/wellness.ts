// Whether everything is well again once the faults have ended: then a run is over, long before the
// time that the service has for it.
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { isProjected, readShopEvent } from '../../src/projections/shop-events.js';
import type { HistoryRecord } from './history.js';
import type { Instance } from './instance.js';
import type { LogModel } from './laws/log-model.js';
import { isMergeDue, mergedFrom } from './laws/claims-seen.js';
import { standingProblems } from './laws/standing.js';
import { Unfinished } from './laws/unfinished.js';
import type { Deed, ParkedEvent } from './outside/deeds.js';

interface WatchedCart {
  readonly stream: string;
  pushed: number;
}

export class Wellness {
  private readonly open = new Set<number>();
  private readonly watches = new Map<number, WatchedCart>();
  private readonly ends = new Map<string, number>();
  private readonly checkedOut = new Set<string>();
  /** Carts that were claimed, and whose contents have to join another. */
  private readonly unmerged = new Set<string>();
  private readonly erasedKeys = new Set<string>();
  private projectedTo = -1n;
  private readonly unfinished: Unfinished;

  constructor(hasMail: boolean) {
    this.unfinished = new Unfinished(hasMail);
  }

  did(deed: Deed): void {
    this.unfinished.did(deed);
  }

  /** Every order, hold, refund and mail has come to its end. */
  areOrdersAtRest(log: LogModel, parked: readonly ParkedEvent[]): boolean {
    return this.unfinished.words(log, parked).length === 0;
  }

  stored(event: StoredEvent): void {
    this.unfinished.stored(event);
    const { stream, revision, type, position, data } = event;
    // Nobody is pushed an event that no fold knows.
    if (readShopEvent(event).kind === 'understood') this.ends.set(stream, revision);
    if (type === 'PersonErased') this.erasedKeys.add((data as { readonly keyId: string }).keyId);
    if (isProjected(stream)) this.projectedTo = position;
    if (isMergeDue(event)) this.unmerged.add(stream);
    if (type === 'CartMerged') this.unmerged.delete(mergedFrom(data));
    if (type === 'OrderPlaced') this.checkedOut.delete(stream);
    if (type === 'CartCheckedOut' && !this.ends.has(orderOf(data))) {
      this.checkedOut.add(orderOf(data));
    }
  }

  happened(record: HistoryRecord): void {
    if (record.kind === 'asked') {
      const { intent, ask } = record;
      if (intent.kind !== 'watch cart') this.open.add(ask);
      else {
        const pushed = intent.afterRevision ?? -1;
        this.watches.set(ask, { stream: `cart-${intent.cartId}`, pushed });
      }
    }
    if (record.kind !== 'replied') return;
    this.open.delete(record.ask);
    const watch = this.watches.get(record.ask);
    if (watch === undefined) return;
    if (record.reply.kind === 'push') watch.pushed = record.reply.revision;
    else this.watches.delete(record.ask);
  }

  /** Nothing is asked, missing or behind any more. */
  async isWell(instances: readonly Instance[]): Promise<boolean> {
    if (this.open.size > 0 || this.checkedOut.size > 0 || this.unmerged.size > 0) return false;
    if (instances.some(({ running }) => running?.services === undefined)) return false;
    for (const { stream, pushed } of this.watches.values()) {
      if (pushed < (this.ends.get(stream) ?? -1)) return false;
    }
    for (const place of new Set(instances.map((instance) => instance.place))) {
      if (!(await this.isCaughtUp(place))) return false;
    }
    for (const instance of instances) {
      if (await instance.hasKeysLeft(this.erasedKeys)) return false;
    }
    return instances.every(
      ({ standing }) => standingProblems(standing, this.projectedTo).length === 0,
    );
  }

  private async isCaughtUp(place: Instance['place']): Promise<boolean> {
    const generations = await place.generations();
    return generations.every(
      ({ status, checkpoint }) => status === 'BUILDING' || checkpoint >= this.projectedTo,
    );
  }
}

/** The stream of the order that a checkout asks for; '' where it does not say. */
function orderOf(data: unknown): string {
  const isSaying = typeof data === 'object' && data !== null && 'orderId' in data;
  return isSaying ? `order-${String(data.orderId)}` : '';
}
