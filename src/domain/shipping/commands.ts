// The commands of the shipping methods. `at` is the instant of the command, in milliseconds since
// 1970.
import type { ShippingTerms } from './terms.js';

/** Offers a method, or changes its terms. */
export interface DefineShippingMethod extends ShippingTerms {
  readonly type: 'DefineShippingMethod';
  readonly at: number;
  readonly code: string;
}

export interface WithdrawShippingMethod {
  readonly type: 'WithdrawShippingMethod';
  readonly at: number;
  readonly code: string;
}

export type ShippingCommand = DefineShippingMethod | WithdrawShippingMethod;
