// A browser's storage that is there whatever the browser does: it may refuse any access, have none,
// or be full. What cannot be stored is remembered until the page is left.
import type { ShelfStorage } from './cart-shelf.ts';

/** @param storage reads `window.localStorage` or the like, which may be null, or throw */
export function sturdyStorage(storage: () => ShelfStorage | null): ShelfStorage {
  /** What the storage did not take; null: what it did not remove. */
  const remembered = new Map<string, string | null>();
  let isToldOf = false;

  function attempt<Result>(act: (kept: ShelfStorage) => Result): Result | undefined {
    try {
      const kept = storage();
      if (kept === null) throw new TypeError('There is no storage');
      return act(kept);
    } catch (error) {
      if (!isToldOf) console.warn('This browser stores nothing: a reload forgets the cart.', error);
      isToldOf = true;
      return undefined;
    }
  }

  function change(key: string, value: string | null, act: (kept: ShelfStorage) => void): void {
    remembered.set(key, value);
    attempt((kept) => {
      act(kept);
      remembered.delete(key);
    });
  }

  return {
    getItem: (key) => {
      const value = remembered.get(key);
      return value === undefined ? (attempt((kept) => kept.getItem(key)) ?? null) : value;
    },
    setItem: (key, value) => change(key, value, (kept) => kept.setItem(key, value)),
    removeItem: (key) => change(key, null, (kept) => kept.removeItem(key)),
  };
}
