// Ends the holds on stock of checkouts that died. It reads the read model, however many carts there
// are. Before it releases a hold it asks the log what became of the checkout.
// Several instances may run it at once: each step changes nothing when it is repeated.
import type { CheckoutStock } from '../commands/checkout-stock.js';
import type { OrderStock } from '../commands/order-stock.js';
import type { CartState } from '../domain/cart/state.js';
import type { Reservation, StockState } from '../domain/inventory/state.js';
import type { OrderState } from '../domain/order/state.js';
import type { Time } from '../waiting/time.js';

export interface HoldExpiryPorts {
  /** Products with a hold that expires by `at`, in the order of sku, after `after`. */
  due(at: number, first: number, after: string): Promise<readonly StockState[]>;
  /** As the log has them now. */
  cart(cartId: string): Promise<CartState>;
  order(orderId: string): Promise<OrderState>;
  readonly checkoutStock: Pick<CheckoutStock, 'expire'>;
  readonly orderStock: Pick<OrderStock, 'confirm' | 'giveBack'>;
  readonly time: Pick<Time, 'now'>;
  /** Called with faults; the next round goes on. */
  readonly onFault: (fault: unknown) => void;
}

const PAGE = 100;

export class HoldExpiry {
  constructor(private readonly ports: HoldExpiryPorts) {}

  /**
   * One round: every hold that has expired by now. A fault of one product leaves it for the next
   * round, and does not keep the others.
   *
   * @throws ReadModelsUnavailableError
   */
  async round(signal?: AbortSignal): Promise<void> {
    const { time, onFault } = this.ports;
    const now = time.now();
    for (let after = ''; signal?.aborted !== true;) {
      const page = await this.ports.due(now, PAGE, after);
      for (const stock of page) {
        try {
          await this.settle(stock, now);
        } catch (fault) {
          onFault(fault);
        }
      }
      if (page.length < PAGE) return;
      after = page.at(-1)?.sku ?? '';
    }
  }

  private async settle({ sku, reservations }: StockState, now: number): Promise<void> {
    if (sku === null) return;
    for (const reservation of reservations) {
      const expired = reservation.attempts.filter(
        ({ expiresAt }) => expiresAt !== null && expiresAt <= now,
      );
      if (expired.length === 0 || (await this.isKept(reservation))) continue;
      for (const { attemptId } of expired) {
        await this.ports.checkoutStock.expire(sku, reservation.orderId, attemptId);
      }
    }
  }

  /** Whether there is an order, or there will be, which needs the units. */
  private async isKept({ orderId, cartId }: Reservation): Promise<boolean> {
    const order = await this.ports.order(orderId);
    if (order.status === 'ABSENT') return this.isCheckedOut(cartId, orderId);
    if (!needsStock(order)) return false;
    await this.ports.orderStock.confirm(order);
    const since = await this.ports.order(orderId);
    // It was cancelled meanwhile, perhaps before its units were confirmed.
    if (since.status === 'CANCELLED') await this.ports.orderStock.giveBack(since);
    return true;
  }

  /** Its order is placed in a moment, by order placement. */
  private async isCheckedOut(cartId: string, orderId: string): Promise<boolean> {
    const cart = await this.ports.cart(cartId);
    return cart.status === 'CHECKED_OUT' && cart.orderId === orderId;
  }
}

function needsStock({ status }: OrderState): boolean {
  return status !== 'CANCELLED' && status !== 'SHIPPED';
}
