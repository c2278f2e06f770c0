// Units in stock that a placed order keeps, until it is shipped or cancelled.
import type {
  ConfirmStock,
  InventoryCommand,
  ReleaseStock,
  ShipStock,
} from '../domain/inventory/commands.js';
import {
  type InventoryRejection,
  outOfStock,
  type StockShortage,
} from '../domain/inventory/rejections.js';
import type { OrderState } from '../domain/order/state.js';
import type { Rejection } from '../domain/rejection.js';
import { inventoryAggregate } from './aggregates.js';
import { stockCommandIdOf } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import { inParallel } from './in-parallel.js';
import type { OrderHold } from './order-holds.js';

const WIDTH = 64;
const ACTOR = { kind: 'order-fulfilment' };

/** What it needs to know of an order. */
export type StockedOrder = Pick<OrderState, 'id' | 'cartId' | 'lines'>;

export class OrderStock implements OrderHold {
  constructor(private readonly runner: CommandRunner) {}

  /**
   * Makes the holds of the order's checkout lasting, and takes again what has expired since. After
   * `giveBack` it takes nothing. Repeating it changes nothing.
   *
   * @returns OUT_OF_STOCK when units are missing; what was there stays held until `giveBack`
   * @throws StoreUnavailableError when the outcome is unknown
   */
  async confirm(order: StockedOrder): Promise<Rejection | undefined> {
    const shortages: StockShortage[] = [];
    let refusal: Rejection | undefined;
    await this.forEach(order, async (sku, orderId, quantity) => {
      const { cartId } = order;
      const command = { type: 'ConfirmStock', orderId, cartId, quantity } as const;
      const rejected = await this.run(sku, command, stockCommandIdOf('cancel', orderId));
      if (rejected === undefined) return;
      if ('shortages' in rejected) shortages.push(...rejected.shortages);
      else refusal ??= rejected;
    });
    return shortages.length === 0 ? refusal : outOfStock(shortages);
  }

  /** For a cancelled order: returns all that it holds, once. @throws StoreUnavailableError */
  async giveBack(order: StockedOrder): Promise<void> {
    await this.forEach(order, async (sku, orderId) => {
      const command = { type: 'ReleaseStock', orderId } as const;
      demand(sku, await this.run(sku, command));
    });
  }

  /** For a shipped order: its units have left, once. @throws StoreUnavailableError */
  async ship(order: StockedOrder): Promise<void> {
    await this.forEach(order, async (sku, orderId) => {
      demand(sku, await this.run(sku, { type: 'ShipStock', orderId }));
    });
  }

  private async forEach(
    { id, lines }: StockedOrder,
    task: (sku: string, orderId: string, quantity: number) => Promise<void>,
  ): Promise<void> {
    if (id === null) throw new RangeError('An absent order has no stock');
    const units = new Map<string, number>();
    for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
    await inParallel(units, WIDTH, ([sku, quantity]) => task(sku, id, quantity));
  }

  private async run(
    sku: string,
    command: UntimedCommand,
    unlessProcessed?: string,
  ): Promise<InventoryRejection | undefined> {
    const outcome = await this.runner.run(inventoryAggregate, {
      id: sku,
      enrich: (at): InventoryCommand => ({ ...command, at }),
      hash: command.type,
      ...(unlessProcessed !== undefined && { unlessProcessed }),
      context: { commandId: stockCommandIdOf(names[command.type], command.orderId), actor: ACTOR },
    });
    return outcome.accepted ? undefined : outcome.rejection;
  }
}

const names = { ConfirmStock: 'confirm', ReleaseStock: 'cancel', ShipStock: 'ship' } as const;

type UntimedCommand = Omit<ConfirmStock, 'at'> | Omit<ReleaseStock, 'at'> | Omit<ShipStock, 'at'>;

function demand(sku: string, rejected: Rejection | undefined): void {
  if (rejected !== undefined) throw new Error(`Stock of ${sku}: ${rejected.message}`);
}
