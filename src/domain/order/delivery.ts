// Where an order goes and what that costs, as it was agreed. Stored format: change only by adding a
// version and an upcaster.
import type { SealedWords } from '../cart/delivery/events.js';
import type { Place } from '../countries.js';

export interface OrderedDelivery {
  /** Null when the order goes nowhere, or it is not known where. */
  readonly shipTo: (Place & { readonly address: SealedWords | null }) | null;
  readonly shipping: OrderedShipping | null;
  readonly taxes: readonly OrderedTax[];
  readonly giftNote: SealedWords | null;
}

export interface OrderedShipping {
  readonly code: string;
  readonly name: string;
  /** In minor units. */
  readonly amount: number;
}

export interface OrderedTax {
  readonly name: string;
  readonly category: string;
  readonly partsPerMillion: number;
  /** Whether prices include it; if not, it is a part of the order's total beside the lines. */
  readonly included: boolean;
  /** What is taxed, as prices state it, in minor units. */
  readonly base: number;
  readonly amount: number;
  /**
   * Its parts in the order's lines, in their order. With that in shipping they sum to the amount.
   */
  readonly inLines: readonly number[];
  readonly inShipping: number;
}

/** What an order's taxes come to, in minor units. */
export function taxIn({ taxes }: Pick<OrderedDelivery, 'taxes'>): number {
  return taxes.reduce((sum, { amount }) => sum + amount, 0);
}
