// Decides several lines at once: which of them are added, and why the others are not.
import { accept, reject } from '../decider.js';
import type { AddItems, OfferedLine } from './commands.js';
import { addItem } from './decide-lines.js';
import { type CartDecision, openAfter, withoutOverflow } from './decision.js';
import type { ItemsAdded } from './events.js';
import type { CartLimits } from './limits.js';
import { type CartRejection, type LineRefusal, linesRefused } from './rejections.js';
import type { OpenCartState } from './state.js';

/** Lines that are asked for at once, some of which the cart may not take. */
export interface SeveralLines {
  readonly added: ItemsAdded['data']['lines'];
  readonly refusals: readonly LineRefusal[];
  /** The cart with the lines that are added. */
  readonly state: OpenCartState;
}

export function addItems(
  { lines, partially, at }: AddItems,
  state: OpenCartState,
  limits: CartLimits,
): CartDecision {
  const { added, refusals } = severalLines(lines, state, limits, at);
  const isRefused = added.length === 0 || (refusals.length > 0 && !partially);
  return isRefused ? reject(linesRefused(refusals)) : accept(itemsAdded({ added, refusals }));
}

/** The lines are decided one after the other, so each counts towards the limits of the next. */
export function severalLines(
  lines: readonly OfferedLine[],
  cart: OpenCartState,
  limits: CartLimits,
  at: number,
): SeveralLines {
  const added: ItemsAdded['data']['lines'][number][] = [];
  const refusals: LineRefusal[] = [];
  let state = cart;
  for (const [index, { sku, quantity, offer }] of lines.entries()) {
    const command = { type: 'AddItem' as const, at, sku, quantity, offer };
    const decision = withoutOverflow(addItem(command, state, limits), state, at);
    if ('rejected' in decision) {
      refusals.push({ index, sku, quantity, refusal: decision.rejected });
      continue;
    }
    state = openAfter(state, decision.accepted, at);
    for (const event of decision.accepted) if (event.type === 'ItemAdded') added.push(event.data);
  }
  return { added, refusals, state };
}

/** Stores the refusals as well: a repeated command gives the same report. */
export function itemsAdded({ added, refusals }: Omit<SeveralLines, 'state'>): ItemsAdded {
  return { type: 'ItemsAdded', data: { lines: added, refused: refusals.map(storedRefusal) } };
}

export function storedRefusal({ refusal, ...line }: LineRefusal) {
  return { ...line, refusal: codeOf(refusal) };
}

export function codeOf({ code }: CartRejection): string {
  return code;
}
