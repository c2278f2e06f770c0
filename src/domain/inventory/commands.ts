// The commands of a product's stock. `at` is the instant of the command, in milliseconds since
// 1970.
import type { ReleaseReason } from './events.js';

interface StockCommand<Type extends string> {
  readonly type: Type;
  readonly at: number;
}

interface StaffStockCommand<Type extends string> extends StockCommand<Type> {
  readonly sku: string;
  /** Whether the catalogue has ever listed the product. */
  readonly isKnown: boolean;
}

export interface ReceiveStock extends StaffStockCommand<'ReceiveStock'> {
  readonly quantity: number;
  readonly reference: string | null;
}

/** By how much the stock changes, or how many units a count found. */
export type StockCorrection = { readonly change: number } | { readonly onHand: number };

export interface AdjustStock extends StaffStockCommand<'AdjustStock'> {
  readonly correction: StockCorrection;
  readonly reason: string;
}

/** A checkout takes units before its cart closes. Repeating it changes nothing. */
export interface TakeUnits {
  readonly orderId: string;
  readonly cartId: string;
  readonly attemptId: string;
  /** All units that the attempt needs; 1 or more. */
  readonly quantity: number;
  readonly holdMs: number;
}

/** A checkout was refused, or died. Repeating it changes nothing. */
export interface GiveBackUnits {
  readonly orderId: string;
  readonly attemptId: string;
  readonly reason: ReleaseReason;
}

export type HoldChange = TakeUnits | GiveBackUnits;

/**
 * Changes by several checkouts, one after the other. One that cannot have its units is left out;
 * the state after the command tells.
 */
export interface ChangeHolds extends StockCommand<'ChangeHolds'> {
  readonly changes: readonly HoldChange[];
}

/** A placed order keeps its units, and takes again what expired. Repeating it changes nothing. */
export interface ConfirmStock extends StockCommand<'ConfirmStock'> {
  readonly orderId: string;
  readonly cartId: string;
  /** All units of the order; 1 or more. */
  readonly quantity: number;
}

/** A cancelled order gives back all that it holds. Its command id makes that happen once. */
export interface ReleaseStock extends StockCommand<'ReleaseStock'> {
  readonly orderId: string;
}

/** The units of an order leave the shop. Repeating it changes nothing. */
export interface ShipStock extends StockCommand<'ShipStock'> {
  readonly orderId: string;
}

export type InventoryCommand =
  ReceiveStock | AdjustStock | ChangeHolds | ConfirmStock | ReleaseStock | ShipStock;
