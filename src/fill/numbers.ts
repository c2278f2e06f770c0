// Numbers that look random and are the same for the same seed.

/** A generator after `mulberry32`: fast, and its whole state is one number. */
export class SeededNumbers {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor((this.bits() / 2 ** 32) * end);
  }

  /** A version 4 UUID. */
  uuid(): string {
    const [a, b, c, d] = [this.hex(), this.hex(), this.hex(), this.hex()];
    const variant = '89ab'[this.below(4)];
    const middle = `${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}`;
    return `${a}-${middle}-${c.slice(4)}${d}`;
  }

  private hex(): string {
    return this.bits().toString(16).padStart(8, '0');
  }

  private bits(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
