// The share of each line in a discount or in a tax.

export interface ExplainedLineShare {
  readonly sku: string;
  readonly name: string;
  /** In minor units: of a discount 0 or less, of a tax 0 or more. */
  readonly amount: number;
  /** Whether the exact share was fractional and this line got one more minor unit. */
  readonly isRoundedUp: boolean;
}

/** Whether a share exceeds the exact proportion, which rounding down cannot cause. */
export function isMoreThanExact(
  share: number,
  left: number,
  discount: number,
  worth: number,
): boolean {
  return BigInt(share) * BigInt(worth) > BigInt(left) * BigInt(discount);
}
