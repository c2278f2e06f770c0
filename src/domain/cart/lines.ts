// The lines of a cart as its events leave them: which units came at which price, and which event
// set them last.
import { ImpossibleEventError, type Recorded } from '../decider.js';
import type { CartEvent, PricesAccepted, RestoredLine } from './events.js';
import type { MergedLine } from './lifecycle-events.js';

/** Units offered at one price, and the event that last set their quantity. */
export interface Portion {
  readonly quantity: number;
  readonly unitPrice: number;
  readonly eventId: string;
  readonly revision: number;
}

/** One product in the cart. Portions are in order of age, the oldest first. */
export interface Line {
  readonly sku: string;
  readonly name: string;
  readonly addedAt: number;
  readonly portions: readonly Portion[];
}

export interface Units {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

export function withUnits(
  lines: readonly Line[],
  units: Units,
  event: Recorded<CartEvent>,
): readonly Line[] {
  const index = lines.findIndex(({ sku }) => sku === units.sku);
  const line = lines[index];
  if (line === undefined) {
    const { sku, name } = units;
    const portions = [portionOf(units.quantity, units.unitPrice, event)];
    return [...lines, { sku, name, addedAt: event.occurredAt, portions }];
  }
  return lines.with(index, { ...line, portions: raised(line.portions, units, event) });
}

/** Units at the newest portion's price join that portion; at another price they form a new one. */
function raised(
  portions: readonly Portion[],
  { quantity, unitPrice }: Pick<Units, 'quantity' | 'unitPrice'>,
  event: Recorded<CartEvent>,
): readonly Portion[] {
  const newest = portions.at(-1);
  if (newest?.unitPrice !== unitPrice) return [...portions, portionOf(quantity, unitPrice, event)];
  return portions.with(-1, portionOf(newest.quantity + quantity, unitPrice, event));
}

/** The newest units are removed first, so the shopper keeps the earliest offered price longest. */
function reduced(
  portions: readonly Portion[],
  quantity: number,
  event: Recorded<CartEvent>,
): readonly Portion[] {
  let kept = portions.length;
  let left = quantity;
  // A line may have as many portions as units: neither a call nor a copy for each.
  for (; left > 0 && kept > 0; kept -= 1) {
    const { quantity: units = 0, unitPrice = 0 } = portions[kept - 1] ?? {};
    if (left < units) {
      return [...portions.slice(0, kept - 1), portionOf(units - left, unitPrice, event)];
    }
    left -= units;
  }
  return portions.slice(0, kept);
}

export function withQuantity(
  lines: readonly Line[],
  event: Extract<Recorded<CartEvent>, { type: 'QuantityChanged' }>,
): readonly Line[] {
  const { sku, from, to, unitPrice } = event.data;
  const index = lines.findIndex((line) => line.sku === sku);
  const line = lines[index];
  if (line === undefined) return lines;
  if (to > from && unitPrice === null) {
    throw new ImpossibleEventError('Units were added without a price');
  }
  // What counts is how many units came or went, whatever the event says that there were.
  const portions =
    to > from && unitPrice !== null
      ? raised(line.portions, { quantity: to - from, unitPrice }, event)
      : reduced(line.portions, from - to, event);
  // A line without units is no line: nothing could be asked of it.
  return portions.length === 0
    ? lines.toSpliced(index, 1)
    : lines.with(index, { ...line, portions });
}

/** Every line of a list, added one after the other. */
export function withAll(
  lines: readonly Line[],
  added: readonly Units[],
  event: Recorded<CartEvent>,
): readonly Line[] {
  return added.reduce((so, units) => withUnits(so, units, event), lines);
}

/** All units of a line get one price: the line becomes one portion. */
export function withPrices(
  lines: readonly Line[],
  event: Recorded<PricesAccepted>,
): readonly Line[] {
  const prices = new Map(event.data.prices.map(({ sku, unitPrice }) => [sku, unitPrice]));
  return lines.map((line) => {
    const price = prices.get(line.sku);
    if (price === undefined) return line;
    return { ...line, portions: [portionOf(quantityOf(line), price, event)] };
  });
}

export function withRestored(
  lines: readonly Line[],
  { sku, name, addedAt, position, portions }: RestoredLine,
  event: Recorded<CartEvent>,
): readonly Line[] {
  const index = lines.findIndex((line) => line.sku === sku);
  if (portions.length === 0) return index < 0 ? lines : lines.toSpliced(index, 1);
  const restored = portions.map(({ quantity, unitPrice }) => portionOf(quantity, unitPrice, event));
  const line = { sku, name, addedAt, portions: restored };
  return index < 0 ? lines.toSpliced(position, 0, line) : lines.with(index, line);
}

/** The guest's units come after the customer's, if these stay. */
export function withMerged(
  lines: readonly Line[],
  { sku, name, keepsCustomers, taken }: MergedLine,
  event: Recorded<CartEvent>,
): readonly Line[] {
  const index = lines.findIndex((line) => line.sku === sku);
  const line = lines[index];
  const portions = taken.reduce<readonly Portion[]>(
    (so, units) => raised(so, units, event),
    keepsCustomers ? (line?.portions ?? []) : [],
  );
  if (line === undefined) {
    if (portions.length === 0) return lines;
    return [...lines, { sku, name, addedAt: event.occurredAt, portions }];
  }
  return portions.length === 0
    ? lines.toSpliced(index, 1)
    : lines.with(index, { ...line, portions });
}

function portionOf(quantity: number, unitPrice: number, event: Recorded<CartEvent>): Portion {
  return { quantity, unitPrice, eventId: event.id, revision: event.revision };
}

export function quantityOf(line: Line): number {
  return line.portions.reduce((sum, { quantity }) => sum + quantity, 0);
}
