// How large a cart may grow. A shop may set its own; amounts are bounded by 2^53−1 in any case.

export interface CartLimits {
  readonly maxLines: number;
  readonly maxUnitsPerLine: number;
  readonly maxCoupons: number;
}

export const defaultCartLimits: CartLimits = {
  maxLines: 1_000,
  maxUnitsPerLine: 100_000,
  maxCoupons: 10,
};
