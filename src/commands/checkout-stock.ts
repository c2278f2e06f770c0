// Units in stock that a checkout takes before its cart closes. Each product's stock is a stream of
// its own, so the lines of a cart are taken in parallel; a refusal names every product that is
// short.
import type { CheckedOutCartState } from '../domain/cart/state.js';
import type { GiveBackUnits } from '../domain/inventory/commands.js';
import { hasTaken, shortageFor } from '../domain/inventory/decide.js';
import { outOfStock, type StockShortage } from '../domain/inventory/rejections.js';
import type { Rejection } from '../domain/rejection.js';
import { inventoryAggregate } from './aggregates.js';
import type { CheckoutHold, HeldOrder } from './checkout-holds.js';
import type { CommandRunner } from './command-runner.js';
import { GatheredChanges } from './gathered-changes.js';
import { inParallel } from './in-parallel.js';

/** Commands in flight for one cart: enough that its lines share the store's commits. */
const WIDTH = 64;

export class CheckoutStock implements CheckoutHold {
  private readonly changes: GatheredChanges;

  /** @param holdMs how long a checkout that dies keeps its units */
  constructor(
    private readonly runner: CommandRunner,
    private readonly holdMs: number,
  ) {
    this.changes = new GatheredChanges(runner);
  }

  async take(order: HeldOrder, before?: HeldOrder): Promise<Rejection | undefined> {
    const units = unitsOf(order.cart);
    if (before !== undefined) {
      const gone = [...unitsOf(before.cart).keys()].filter((sku) => !units.has(sku));
      await this.release(order, gone);
    }
    const shortages: StockShortage[] = [];
    await inParallel(units, WIDTH, async ([sku, quantity]) => {
      // A refused checkout keeps nothing: after the first shortage, the others are looked up.
      const shortage = await (shortages.length === 0
        ? this.reserve(order, sku, quantity)
        : this.foresee(order, sku, quantity));
      if (shortage !== undefined) shortages.push(shortage);
    });
    if (shortages.length === 0) return undefined;
    return outOfStock(shortages.sort((one, other) => (one.sku < other.sku ? -1 : 1)));
  }

  async giveBack(order: HeldOrder): Promise<void> {
    await this.release(order, [...unitsOf(order.cart).keys()]);
  }

  /** Ends the hold of a checkout that died. Repeating it changes nothing. */
  expire(sku: string, orderId: string, attemptId: string): Promise<void> {
    return this.releaseOne(sku, { orderId, attemptId, reason: 'EXPIRED' });
  }

  private async reserve(
    order: HeldOrder,
    sku: string,
    quantity: number,
  ): Promise<StockShortage | undefined> {
    const { orderId, attemptId, cart } = order;
    const units = { orderId, cartId: cart.id, attemptId, quantity };
    const after = await this.changes.run(sku, { ...units, holdMs: this.holdMs });
    if (hasTaken(units, after)) return undefined;
    // Without a shortage, units came free in the same append, after this checkout was left out.
    return shortageFor(units, after) ?? this.reserve(order, sku, quantity);
  }

  private async foresee(
    { orderId }: HeldOrder,
    sku: string,
    quantity: number,
  ): Promise<StockShortage | undefined> {
    const state = await this.runner.stateOf(inventoryAggregate, sku, 'fresh');
    return shortageFor({ orderId, quantity }, state);
  }

  private release(order: HeldOrder, skus: readonly string[]): Promise<void> {
    const { orderId, attemptId } = order;
    return inParallel(skus, WIDTH, (sku) =>
      this.releaseOne(sku, { orderId, attemptId, reason: 'CHECKOUT_REFUSED' }),
    );
  }

  private async releaseOne(sku: string, change: GiveBackUnits): Promise<void> {
    await this.changes.run(sku, change);
  }
}

/** By sku: a line may have several portions. */
function unitsOf({ lines }: CheckedOutCartState): ReadonlyMap<string, number> {
  return new Map(
    lines.map(({ sku, portions }) => [sku, portions.reduce((sum, one) => sum + one.quantity, 0)]),
  );
}
