// An order of another shop's export, as far as it can be imported: what was bought, what was
// charged besides, what was taken off, and what the customer paid.
import { decimal } from '../../domain/money.js';

/** Goods, or a charge such as shipping. */
export interface ForeignLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** All units before discounts, in minor units. */
  readonly subtotal: number;
}

export interface ForeignOrder {
  /** As that shop's people call it. */
  readonly number: string;
  /** Identifies it among all orders of its product. */
  readonly key: string;
  /** When it was placed, in milliseconds since 1970. */
  readonly at: number;
  readonly currency: string;
  readonly customerId: string | null;
  readonly lines: readonly ForeignLine[];
  readonly discount: { readonly code: string; readonly amount: number } | null;
  /** What the customer paid, in minor units. */
  readonly total: number;
  /** What the customer got back of it. */
  readonly refunded: number;
  /** Rows of the file, from 1 for its header. */
  readonly rows: readonly number[];
}

/** An order that is not imported, and why. */
export interface LeftOutOrder {
  readonly order: string;
  readonly rows: readonly number[];
  /** One of few, to count by: a LeftOutCode, or that of the import's refusal. */
  readonly code: string;
  readonly reason: string;
}

export type LeftOutCode =
  'cancelled' | 'not paid' | 'unreadable' | 'amounts do not add up' | 'repeated';

export type ReadOrder = { readonly order: ForeignOrder } | { readonly leftOut: LeftOutOrder };

/** Why an order cannot be read. The message is the reason in the report. */
export class OrderProblem extends Error {
  override readonly name = 'OrderProblem';
  constructor(
    readonly code: LeftOutCode,
    message: string,
  ) {
    super(message);
  }
}

/** An amount that comes on top of the goods. */
export interface Charge {
  readonly sku: string;
  readonly name: string;
  readonly amount: number;
}

/** What an export says of an order's money, in minor units. */
export interface ForeignMoney {
  readonly currency: string;
  readonly goods: readonly ForeignLine[];
  readonly charges: readonly Charge[];
  readonly tax: number;
  /** The discount, in each way in which the export states it. */
  readonly discounts: readonly number[];
  readonly total: number;
}

const tax = (amount: number): Charge => ({ sku: 'TAX', name: 'Tax', amount });

/**
 * The lines and the discount that sum to the total. Exports do not say whether their prices include
 * the tax, so both are tried; nothing is imported that does not sum to the penny.
 *
 * @throws OrderProblem
 */
export function reconciled(money: ForeignMoney): {
  readonly lines: readonly ForeignLine[];
  readonly discount: number;
} {
  const { goods, charges, total, discounts, currency } = money;
  const sumOf = (lines: readonly { readonly subtotal: number }[]) =>
    lines.reduce((sum, { subtotal }) => sum + subtotal, 0);
  for (const taxes of [[], [tax(money.tax)]]) {
    const lines = [...goods, ...[...charges, ...taxes].flatMap(chargedLine)];
    const discount = discounts.find((one) => one >= 0 && sumOf(lines) - one === total);
    if (discount !== undefined) return { lines, discount };
  }
  const amount = (minorUnits: number) => decimal(minorUnits, currency);
  const charged = amount(sumOf(charges.flatMap(chargedLine)));
  throw new OrderProblem(
    'amounts do not add up',
    `goods of ${amount(sumOf(goods))}, charges of ${charged}, tax of ${amount(money.tax)} and a ` +
      `discount of ${discounts.map(amount).join(' or ')} do not give ${amount(total)} ${currency}`,
  );
}

function chargedLine({ sku, name, amount }: Charge): ForeignLine[] {
  return amount === 0 ? [] : [{ sku, name, quantity: 1, subtotal: amount }];
}
