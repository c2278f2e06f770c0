// What staff change of orders, and of what goods cost besides their price; and a line of many.
import type { TaxRuleKey } from '../../src/domain/tax/events.js';
import type { CountryTaxRule } from '../../src/domain/tax/state.js';

/** One of several lines that are added at once. */
export interface LineAsked {
  readonly sku: string;
  readonly quantity: number;
}

/** What staff do with an order. */
export type OrderChangeAsked =
  | { readonly type: 'ShipOrder' }
  | { readonly type: 'CancelOrder' }
  /** In minor units; null: all that is left. */
  | { readonly type: 'RefundOrder'; readonly amount: number | null };

/** A change of what goods cost besides their price. Amounts in minor units of GBP. */
export type TermsChangeAsked =
  | {
      readonly type: 'DefineTaxRule';
      readonly rule: Omit<CountryTaxRule, 'name' | 'holdsFrom'> & {
        /** In milliseconds since 1970; null: from now on. */
        readonly holdsFrom: number | null;
      };
    }
  | { readonly type: 'WithdrawTaxRule'; readonly rule: TaxRuleKey }
  | {
      readonly type: 'DefineShippingMethod';
      readonly code: string;
      readonly minorUnits: number;
      readonly freeFrom: number | null;
      readonly countries: readonly string[] | null;
      readonly taxCategory: string;
    }
  | { readonly type: 'WithdrawShippingMethod'; readonly code: string };
