// What the readers of all order exports do alike: gather the rows of an order, and turn a problem
// of one order into its entry in the report.
import { type DateOrder, implausibility } from '../dates.js';
import type { NamedRow } from '../named-rows.js';
import { type ForeignOrder, OrderProblem, type ReadOrder } from './foreign-order.js';

export interface ReadingOptions {
  /** Of times without a zone: a name that Intl knows. */
  readonly timeZone: string;
  /** Of dates whose year is not first. */
  readonly dateOrder: DateOrder;
  /** In milliseconds since 1970; default: the system's. */
  readonly now?: number;
}

/** In the order of the file; the rows of an order need not be adjacent. */
export async function byOrder(
  rows: AsyncIterable<NamedRow>,
  nameOf: (row: NamedRow) => string,
): Promise<ReadonlyMap<string, readonly NamedRow[]>> {
  const orders = new Map<string, NamedRow[]>();
  for await (const row of rows) {
    const name = nameOf(row);
    const known = orders.get(name);
    if (known === undefined) orders.set(name, [row]);
    else known.push(row);
  }
  return orders;
}

export function readOrder(
  name: string,
  rows: readonly NamedRow[],
  { now = Date.now() }: Pick<ReadingOptions, 'now'>,
  read: () => Omit<ForeignOrder, 'rows'>,
): ReadOrder {
  const numbers = rows.map(({ row }) => row);
  try {
    if (name === '') throw new OrderProblem('unreadable', 'the row names no order');
    const order = read();
    const problem = implausibility(order.at, now);
    if (problem !== undefined) {
      const date = new Date(order.at).toISOString();
      throw new OrderProblem('unreadable', `its date ${date} ${problem}`);
    }
    return { order: { ...order, rows: numbers } };
  } catch (error) {
    if (!(error instanceof OrderProblem)) throw error;
    const { code, message: reason } = error;
    return { leftOut: { order: name, rows: numbers, code, reason } };
  }
}
