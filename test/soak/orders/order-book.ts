// What became of every order, by the events of the log and nothing of the product's code: its
// charge, its refunds, its units and its uses of coupons.
import type { WebhookEventType } from '../../../src/domain/webhook/event-types.js';
import type { EventStore } from '../../../src/event-store/event-store.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import { withTimeout } from '../../../src/waiting/with-timeout.js';

/** A webhook asks for all that happens to orders. */
export const postedTypes = [
  ...(['OrderPlaced', 'InventoryReserved', 'PaymentReceived', 'PaymentDeclined'] as const),
  ...(['OrderShipped', 'OrderCancelled', 'RefundRequested', 'OrderRefunded'] as const),
  'RefundRefused' as const,
] satisfies readonly WebhookEventType[];

const posted: ReadonlySet<string> = new Set(postedTypes);
const PREFIXES = ['cart-', 'order-', 'inventory-', 'coupon-'];

interface BookedData {
  readonly orderId?: string;
  readonly attemptId?: string | null;
  readonly reason?: string;
  readonly total?: number;
  readonly amount?: number;
  readonly refundId?: string;
  readonly lines?: readonly { readonly sku: string; readonly quantity: number }[];
  readonly payment?: { readonly intentId?: string };
}

export class BookedOrder {
  /** Types of its own events, in order. */
  readonly types: string[] = [];
  total = 0;
  refunded = 0;
  /** Of those that were paid. */
  readonly refundIds = new Set<string>();
  lines: NonNullable<BookedData['lines']> = [];
  /** Under which its payment token is kept. */
  intentId = '';
  /** By stream: how often the order has taken units or a use, and how often that ended. */
  readonly holds = new Map<string, { taken: number; ended: number }>();

  constructor(readonly orderId: string) {}

  unitsOf(sku: string): number {
    const ofSku = this.lines.filter((line) => line.sku === sku);
    return ofSku.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  count(type: string): number {
    return this.types.filter((one) => one === type).length;
  }

  has(type: string): boolean {
    return this.types.includes(type);
  }

  /** Nothing is left to charge, to refund, or to give back. */
  get isSettled(): boolean {
    const isAnswered = this.has('PaymentReceived') || this.has('PaymentDeclined');
    const refunds = this.count('RefundRequested') - this.count('OrderRefunded');
    return isAnswered && refunds === 0 && this.heldBy('inventory-') && this.heldBy('coupon-');
  }

  /** What it did not do exactly once; empty for an order as it should be. */
  get faults(): readonly string[] {
    const twice = ['OrderPlaced', 'InventoryReserved', 'PaymentReceived', 'PaymentDeclined']
      .concat('OrderCancelled', 'OrderShipped')
      .filter((type) => this.count(type) > 1);
    const holds = [...this.holds].filter(([, { taken, ended }]) => taken > 1 || ended > 1);
    const due = this.has('OrderCancelled') && this.has('PaymentReceived') ? this.total : 0;
    const isBoth = this.has('PaymentReceived') && this.has('PaymentDeclined');
    return [
      ...twice.map((type) => `${type} ${this.count(type)} times`),
      ...holds.map(([stream, { taken, ended }]) => `${stream}: ${taken} taken, ${ended} ended`),
      ...(this.refunded === due ? [] : [`refunded ${this.refunded}, due ${due}`]),
      ...(isBoth ? ['paid and declined'] : []),
    ];
  }

  /** Whether what it holds there is what its state asks for. */
  private heldBy(prefix: string): boolean {
    const ofKind = [...this.holds].filter(([stream]) => stream.startsWith(prefix));
    const isOver =
      this.has('OrderCancelled') || (prefix === 'inventory-' && this.has('OrderShipped'));
    return ofKind.every(([, { taken, ended }]) => (isOver ? ended >= taken : ended === 0));
  }
}

export class OrderBook {
  /** Events that a webhook asks for, by id, each in a few words. */
  readonly posted = new Map<string, string>();
  private readonly orders = new Map<string, BookedOrder>();
  private readonly checkedOut = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();

  /** Follows the log from its start until `close`. */
  static follow(store: EventStore, onPaid: (orderId: string) => void): OrderBook {
    const book = new OrderBook();
    book.following = book.read(store, onPaid);
    return book;
  }

  get all(): readonly BookedOrder[] {
    return [...this.orders.values()];
  }

  /** Carts that were checked out without an order, and orders that are not at rest. */
  get stuck(): readonly string[] {
    const absent = [...this.checkedOut].filter(
      (id) => this.orders.get(id)?.has('OrderPlaced') !== true,
    );
    const restless = this.all.filter(({ isSettled }) => !isSettled);
    return [...absent, ...restless.map(({ orderId, types }) => `${orderId}: ${types.join(' ')}`)];
  }

  /** Resolves when all orders are at rest, or with those that are not when the time is over. */
  async settled(withinMs: number): Promise<readonly string[]> {
    const atRest = new Promise<void>((resolve) => {
      const look = () => {
        if (this.stuck.length === 0) resolve();
      };
      this.listeners.add(look);
      look();
    });
    await withTimeout(atRest, withinMs, () => new OverdueError()).catch((error: unknown) => {
      if (!(error instanceof OverdueError)) throw error;
    });
    return this.stuck;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  private async read(store: EventStore, onPaid: (orderId: string) => void): Promise<void> {
    const { signal } = this.stopping;
    let after: bigint | undefined;
    while (!signal.aborted) {
      try {
        const options = { after: after ?? ('start' as const), prefixes: PREFIXES, signal };
        for await (const delivery of store.subscribeToAll(options)) {
          if (!('event' in delivery) || delivery.event.position <= (after ?? -1n)) continue;
          after = delivery.event.position;
          this.note(delivery.event);
          if (delivery.event.type === 'PaymentReceived') onPaid(orderIdOf(delivery.event));
          for (const listener of this.listeners) listener();
        }
      } catch {
        // The store is killed, too; what it had is read on when it is back.
      }
    }
  }

  note(event: Pick<StoredEvent, 'id' | 'stream' | 'type' | 'data'>): void {
    const { id, stream, type } = event;
    if (stream.startsWith('order-') && posted.has(type)) {
      this.posted.set(id, `${type} of ${stream}`);
    }
    const data = event.data as BookedData;
    if (stream.startsWith('cart-')) {
      if (type === 'CartCheckedOut') this.checkedOut.add(orderIdOf(event));
      return;
    }
    // What a checkout takes for itself is not the order's yet, and is given back when it has died.
    const isOfCheckout = data.attemptId != null || data.reason === 'EXPIRED';
    if (data.orderId === undefined || isOfCheckout) return;
    const order = this.orders.get(data.orderId) ?? new BookedOrder(data.orderId);
    this.orders.set(data.orderId, order);
    if (stream.startsWith('order-')) noteOfOrder(order, type, data);
    else noteHold(order, stream, type);
  }
}

class OverdueError extends Error {}

function orderIdOf({ data }: Pick<StoredEvent, 'data'>): string {
  return (data as BookedData).orderId ?? '';
}

function noteOfOrder(order: BookedOrder, type: string, data: BookedData): void {
  order.types.push(type);
  if (type === 'OrderPlaced') {
    order.total = data.total ?? 0;
    order.lines = data.lines ?? [];
    order.intentId = data.payment?.intentId ?? '';
  }
  if (type !== 'OrderRefunded') return;
  order.refunded += data.amount ?? 0;
  order.refundIds.add(data.refundId ?? '');
}

function noteHold(order: BookedOrder, stream: string, type: string): void {
  const hold = order.holds.get(stream) ?? { taken: 0, ended: 0 };
  order.holds.set(stream, hold);
  if (type === 'StockReserved' || type === 'CouponRedeemed') hold.taken += 1;
  else hold.ended += 1;
}
