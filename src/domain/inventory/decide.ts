// Decides the commands of a product's stock. Orders never hold more units than there are: what an
// order takes beyond what it holds must be available.
import { assertNever } from '../assert-never.js';
import { MAX_UNITS } from '../cart/limits.js';
import { productNotFound } from '../cart/rejections.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import type {
  AdjustStock,
  ChangeHolds,
  ConfirmStock,
  GiveBackUnits,
  HoldChange,
  InventoryCommand,
  ReceiveStock,
  ReleaseStock,
  ShipStock,
  TakeUnits,
} from './commands.js';
import type { InventoryEvent } from './events.js';
import {
  type InventoryRejection,
  notAStockQuantity,
  outOfStock,
  stockBelowZero,
  type StockShortage,
} from './rejections.js';
import {
  availableIn,
  evolve,
  initialStock,
  reservationOf,
  type StockState,
  unitsHeldBy,
} from './state.js';

type InventoryDecision = Decision<InventoryEvent, InventoryRejection>;

export const inventoryDecider: Decider<
  StockState,
  InventoryCommand,
  InventoryEvent,
  InventoryRejection
> = { category: 'inventory', initial: initialStock, evolve, decide };

function decide(command: InventoryCommand, state: StockState): InventoryDecision {
  switch (command.type) {
    case 'ReceiveStock':
      return receive(command, state);
    case 'AdjustStock':
      return adjust(command, state);
    case 'ChangeHolds':
      return changeHolds(command, state);
    case 'ConfirmStock':
      return confirm(command, state);
    case 'ReleaseStock':
      return release(command, state);
    case 'ShipStock':
      return ship(command, state);
    default:
      return assertNever(command);
  }
}

function receive(
  { sku, isKnown, quantity, reference }: ReceiveStock,
  { onHand }: StockState,
): InventoryDecision {
  if (!isKnown) return reject(productNotFound(sku));
  const isCount = Number.isInteger(quantity) && quantity >= 1;
  if (!isCount || onHand + quantity > MAX_UNITS) return reject(notAStockQuantity);
  return accept({ type: 'StockReceived', data: { sku, quantity, reference } });
}

/** A count that finds what was known still appends an event: that it was counted is a fact. */
function adjust(
  { sku, isKnown, correction, reason }: AdjustStock,
  { onHand }: StockState,
): InventoryDecision {
  if (!isKnown) return reject(productNotFound(sku));
  const change = 'change' in correction ? correction.change : correction.onHand - onHand;
  if (onHand + change < 0) return reject(stockBelowZero);
  const isCount = Number.isInteger(change) && Math.abs(change) <= MAX_UNITS;
  if (!isCount || onHand + change > MAX_UNITS) return reject(notAStockQuantity);
  return accept({ type: 'StockAdjusted', data: { sku, change, reason } });
}

/** What is missing for an order to hold so many units; undefined when it can, or holds them. */
export function shortageFor(
  { orderId, quantity }: { readonly orderId: string; readonly quantity: number },
  state: StockState,
): StockShortage | undefined {
  const { sku } = state;
  if (sku === null) return undefined;
  const held = reservationOf(state, orderId);
  const available = (held === undefined ? 0 : unitsHeldBy(held)) + availableIn(state);
  return quantity > available ? { sku, requested: quantity, available } : undefined;
}

function changeHolds({ at, changes }: ChangeHolds, state: StockState): InventoryDecision {
  const events: InventoryEvent[] = [];
  let so = state;
  for (const change of changes) {
    const event = changeOf(change, so, at);
    if (event === undefined) continue;
    events.push(event);
    so = evolve(so, { ...event, id: '', revision: so.revision + 1, occurredAt: at });
  }
  return accept(...events);
}

function changeOf(change: HoldChange, state: StockState, at: number): InventoryEvent | undefined {
  const { sku } = state;
  if (sku === null) return undefined;
  return 'quantity' in change ? taken(sku, change, state, at) : givenBack(sku, change, state);
}

function taken(
  sku: string,
  { holdMs, ...units }: TakeUnits,
  state: StockState,
  at: number,
): InventoryEvent | undefined {
  if (hasTaken(units, state) || shortageFor(units, state) !== undefined) return undefined;
  return { type: 'StockReserved', data: { sku, ...units, expiresAt: at + holdMs } };
}

/** Whether the checkout needs no more: also when its order was placed by another one. */
export function hasTaken(
  { orderId, attemptId, quantity }: Pick<TakeUnits, 'orderId' | 'attemptId' | 'quantity'>,
  state: StockState,
): boolean {
  if (state.sku === null) return true;
  const held = reservationOf(state, orderId);
  if (held === undefined) return false;
  // The order was placed by another checkout; this one will find its cart closed.
  if (held.confirmed !== null) return true;
  const own = held.attempts.find((attempt) => attempt.attemptId === attemptId);
  return own?.quantity === quantity;
}

function givenBack(
  sku: string,
  { orderId, attemptId, reason }: GiveBackUnits,
  state: StockState,
): InventoryEvent | undefined {
  const attempts = reservationOf(state, orderId)?.attempts ?? [];
  if (!attempts.some((attempt) => attempt.attemptId === attemptId)) return undefined;
  return { type: 'StockReleased', data: { sku, orderId, attemptId, reason } };
}

function confirm(command: ConfirmStock, state: StockState): InventoryDecision {
  const { sku } = state;
  if (sku === null) return accept();
  const { orderId, cartId, quantity } = command;
  if (reservationOf(state, orderId)?.confirmed === quantity) return accept();
  const shortage = shortageFor(command, state);
  if (shortage !== undefined) return reject(outOfStock([shortage]));
  const data = { sku, orderId, cartId, attemptId: null, quantity, expiresAt: null };
  return accept({ type: 'StockReserved', data });
}

/** An event although nothing may be held: a confirmation that comes late finds it. */
function release({ orderId }: ReleaseStock, { sku }: StockState): InventoryDecision {
  if (sku === null) return accept();
  const reason = 'ORDER_CANCELLED';
  return accept({ type: 'StockReleased', data: { sku, orderId, attemptId: null, reason } });
}

/** An order that was placed while the product was not tracked holds nothing, and moves nothing. */
function ship({ orderId }: ShipStock, state: StockState): InventoryDecision {
  const { sku } = state;
  const held = reservationOf(state, orderId);
  if (sku === null || held === undefined) return accept();
  return accept({ type: 'StockShipped', data: { sku, orderId, quantity: unitsHeldBy(held) } });
}
