// A log in memory, for what folds one: events as the store would give them back.
import { accessCodec } from '../../src/domain/access/codec.js';
import { cartCodec } from '../../src/domain/cart/codec.js';
import { catalogCodec } from '../../src/domain/catalog/codec.js';
import { couponCodec } from '../../src/domain/coupon/codec.js';
import { inventoryCodec } from '../../src/domain/inventory/codec.js';
import { orderCodec } from '../../src/domain/order/codec.js';
import type { JsonObject } from '../../src/domain/codec.js';
import type { ReadStreamOptions } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import type { ShopEvent } from '../../src/projections/projection.js';
import { eventIdAt, NOON } from './recorded.js';

/** Positions have gaps, as those of a real log. */
const POSITION_STEP = 10n;
const BATCH = 4;

export class StoredLog {
  readonly events: StoredEvent[] = [];
  readonly isCluster: boolean = false;
  private readonly revisions = new Map<string, number>();

  /** Position of the last event; −1 when there is none. */
  get head(): bigint {
    return this.events.at(-1)?.position ?? -1n;
  }

  /** A cart is opened under its stream's id, whatever id the event came with. */
  append(stream: string, ...events: readonly ShopEvent[]): void {
    for (const event of events) {
      const { type, schemaVersion, data } = encoded(event);
      const cartId = stream.slice('cart-'.length);
      const isOpening = type === 'CartOpened';
      this.appendRaw(stream, type, isOpening ? { ...data, cartId } : data, schemaVersion);
    }
  }

  /** Whatever somebody might have written. */
  appendRaw(stream: string, type: string, data: JsonObject, schemaVersion = 1): StoredEvent {
    const revision = (this.revisions.get(stream) ?? -1) + 1;
    this.revisions.set(stream, revision);
    const recordedAt = NOON + this.events.length;
    const event: StoredEvent = {
      stream,
      id: eventIdAt(this.events.length),
      type,
      revision,
      position: BigInt(this.events.length + 1) * POSITION_STEP,
      data,
      metadata: { schemaVersion, occurredAt: new Date(recordedAt).toISOString() },
      recordedAt,
    };
    this.events.push(event);
    return event;
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncGenerator<StoredEvent> {
    const { from, backwards = false, maxCount } = options;
    const events = this.events.filter((event) => event.stream === stream);
    const asked = backwards
      ? events.slice(0, (from ?? Infinity) + 1).reverse()
      : events.slice(from ?? 0);
    yield* await Promise.resolve(asked.slice(0, maxCount));
  }

  headPosition(): Promise<bigint> {
    return Promise.resolve(this.head < 0n ? 0n : this.head);
  }

  firstPositionFrom(wanted: bigint): Promise<bigint | undefined> {
    return Promise.resolve(this.events.find(({ position }) => position >= wanted)?.position);
  }

  eventIdAt(wanted: bigint): Promise<string | undefined> {
    return Promise.resolve(this.events.find(({ position }) => position === wanted)?.id);
  }

  /** As the store reads: what is appended while it reads comes too. */
  async *readAll(range: { readonly after?: bigint } = {}): AsyncGenerator<StoredEvent> {
    for await (const batch of this.readAllInBatches(range)) yield* batch;
  }

  /** A few at a time, so that what is folded in batches meets more than one of them. */
  async *readAllInBatches({ after = -1n }: { readonly after?: bigint } = {}): AsyncGenerator<
    readonly StoredEvent[]
  > {
    for (let begin = 0; begin < this.events.length;) {
      const end = Math.min(this.events.length, begin + BATCH);
      const batch = this.events.slice(begin, end).filter(({ position }) => position > after);
      if (batch.length > 0) yield await Promise.resolve(batch);
      begin = end;
    }
  }
}

function encoded(event: ShopEvent) {
  switch (event.type) {
    case 'OrderPlaced':
    case 'OrderTotalCorrected':
    case 'InventoryReserved':
    case 'PaymentReceived':
    case 'PaymentDeclined':
    case 'OrderShipped':
    case 'OrderCancelled':
    case 'RefundRequested':
    case 'OrderRefunded':
    case 'RefundRefused':
      return orderCodec.encode(event);
    case 'ProductListed':
    case 'ProductRenamed':
    case 'ProductDescribed':
    case 'ProductTagged':
    case 'ProductPictured':
    case 'ProductTaxCategorized':
    case 'ProductPriceChanged':
    case 'ProductPricePlanned':
    case 'PlannedPriceDropped':
    case 'ProductDelisted':
    case 'ProductRestored':
      return catalogCodec.encode(event);
    case 'CouponDefined':
    case 'CouponWithdrawn':
    case 'CouponRedeemed':
    case 'CouponUseReturned':
      return couponCodec.encode(event);
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockReserved':
    case 'StockReleased':
    case 'StockShipped':
      return inventoryCodec.encode(event);
    case 'CartAccessed':
      return accessCodec.encode(event);
    default:
      return cartCodec.encode(event);
  }
}
