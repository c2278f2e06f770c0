// Numbers of 64 bits as they come off the wire: as a number where that is exact, else in halves.

export interface Halves {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** Exact up to 2^53; the revision of a tombstone, 2^63 − 1, is rounded. */
export function numberOf(value: number | Halves): number {
  if (typeof value === 'number') return value;
  const { low, high, unsigned } = value;
  return (unsigned ? high >>> 0 : high) * 2 ** 32 + (low >>> 0);
}

/**
 * The 64 bits, whatever their sign was meant to be.
 * @throws RangeError for a number that was rounded, as protobufjs does without the package `long`
 */
export function unsigned64(value: number | Halves): bigint {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not exact`);
    return BigInt.asUintN(64, BigInt(value));
  }
  return (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
}

export function halvesOf(value: bigint): Halves {
  const low = Number(BigInt.asUintN(32, value));
  const high = Number(BigInt.asUintN(32, value >> 32n));
  return { low, high, unsigned: true };
}
