// Chance of a run: one seed, one sequence. Parts take forks by name, so that how often one of them
// draws does not change what another one gets.

/** In a suite, each look at a global costs more than a product. */
const { imul } = Math;

export interface Randomness {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from 0 up to, and without, `count`. */
  below(count: number): number;
  /** True so often of 1. */
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** A UUID of version 4, in lower case. */
  newId(): string;
  /** Independent of this one; the same name gives the same fork. */
  fork(name: string): Randomness;
}

/** sfc32 (PractRand): four words of 32 bits; after twelve rounds every seed is well mixed. */
export class SeededRandomness implements Randomness {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(private readonly key: string) {
    this.a = hashOf(key, 0x9e3779b9);
    this.b = hashOf(key, 0x243f6a88);
    this.c = hashOf(key, 0xb7e15162);
    for (let round = 0; round < 12; round += 1) this.word();
  }

  static of(seed: number): SeededRandomness {
    return new SeededRandomness(String(seed));
  }

  next(): number {
    return this.word() / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError('There is nothing to pick from');
    return items[this.below(items.length)] as Item;
  }

  newId(): string {
    const hex = Array.from({ length: 4 }, () => this.word().toString(16).padStart(8, '0')).join('');
    const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) % 4);
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
    return [...parts, `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join('-');
  }

  fork(name: string): Randomness {
    return new SeededRandomness(`${this.key}/${name}`);
  }

  private word(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }
}

/** FNV-1a over the text's code units, from a basis. */
export function hashOf(text: string, basis: number): number {
  let hash = basis | 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}
