// Limits on a cart's size. Each shop can set its own; 2^53−1 bounds the amounts in any case.

export interface CartLimits {
  readonly maxLines: number;
  readonly maxUnitsPerLine: number;
  readonly maxCoupons: number;
}

/** Maximum units of a line and of a cart or order: the API's type is GraphQL's Int. */
export const MAX_UNITS = 2_147_483_647;

export const defaultCartLimits: CartLimits = {
  maxLines: 1_000,
  maxUnitsPerLine: 100_000,
  maxCoupons: 10,
};
