// Every rejection of a stock command, with its stable code.
import { MAX_UNITS } from '../cart/limits.js';
import { type Rejection, rejection } from '../rejection.js';

/** A product with fewer units than an order needs. */
export interface StockShortage {
  readonly sku: string;
  readonly requested: number;
  /** Units that the order can have. */
  readonly available: number;
}

export interface OutOfStock extends Rejection {
  readonly code: 'OUT_OF_STOCK';
  readonly shortages: readonly StockShortage[];
}

export type InventoryRejection = Rejection | OutOfStock;

export const outOfStock = (shortages: readonly StockShortage[]): OutOfStock => ({
  code: 'OUT_OF_STOCK',
  message: `Not enough units are in stock: ${shortages.map(inWords).join(', ')}.`,
  shortages,
});

function inWords({ sku, requested, available }: StockShortage): string {
  return `${available} of ${requested} ${sku}`;
}

export const notAStockQuantity = rejection(
  'QUANTITY_LIMIT',
  `Stock is from 1 to ${MAX_UNITS} whole units.`,
);

export const stockBelowZero = rejection(
  'STOCK_BELOW_ZERO',
  'The adjustment would leave fewer than 0 units.',
);
