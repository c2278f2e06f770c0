// Log positions differ on every server; only their order is a fact. This keeps the numbers that
// the names <p1>, <p2>, … of a case have taken, and says when a new one does not fit.

const none = 0xffffffffffffffffn;

/** The position in a value, however it was shown, or undefined if it is none. */
export function asPosition(value: unknown): bigint | undefined {
  if (typeof value === 'string' && !/^\d+$/.test(value)) return undefined;
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  if (!['bigint', 'number', 'string'].includes(typeof value)) return undefined;
  const position = BigInt(value as bigint | number | string);
  return position > 0n && position !== none ? position : undefined;
}

export class Positions {
  readonly #known: Map<number, bigint>;

  constructor(known: ReadonlyMap<number, bigint> = new Map()) {
    this.#known = new Map(known);
  }

  /** A copy for an attempt that may turn out not to match. */
  fork(): Positions {
    return new Positions(this.#known);
  }

  adopt(attempt: Positions): void {
    for (const [rank, position] of attempt.#known) this.#known.set(rank, position);
  }

  /** Takes the number for the name, or says why it cannot be. */
  disagreement(rank: number, value: unknown): string | undefined {
    const position = asPosition(value);
    if (position === undefined) return 'is no log position';
    const before = this.#known.get(rank);
    if (before !== undefined) return before === position ? undefined : `was ${before.toString()}`;
    for (const [otherRank, other] of this.#known) {
      const inOrder = otherRank < rank ? other < position : other > position;
      if (!inOrder) return `is out of order with <p${String(otherRank)}> = ${other.toString()}`;
    }
    this.#known.set(rank, position);
    return undefined;
  }
}
