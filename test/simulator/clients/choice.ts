// What clients decide by chance, from a source of random numbers that the seed governs.

export interface Choice {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** @throws RangeError for an empty list */
  pick<Item>(items: readonly Item[]): Item;
  /** By weights; @throws RangeError where they sum to 0 */
  weighted<Item>(items: readonly (readonly [weight: number, item: Item])[]): Item;
  /** Version 4, in lower case. */
  uuid(): string;
}

/** @param random from 0 up to, and without, 1 */
export function choiceFrom(random: () => number): Choice {
  const below = (end: number) => Math.floor(random() * end);
  return {
    below,
    chance: (probability) => random() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('There is nothing to pick from');
      return items[below(items.length)]!;
    },
    weighted: (items) => {
      let left = random() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        if (left < weight) return item;
        left -= weight;
      }
      throw new RangeError('There is nothing to pick from');
    },
    uuid: () => uuidFrom(below),
  };
}

const VARIANTS = '89ab';

function uuidFrom(below: (end: number) => number): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => below(16).toString(16)).join('');
  const variant = VARIANTS[below(VARIANTS.length)]!;
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}

/** A small generator of random numbers that one seed governs: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
