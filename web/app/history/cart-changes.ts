// What one event changed in the cart that is shown, line by line.
import type { CartViewFieldsFragment } from '../../../schema/generated/graphql.ts';

type Line = CartViewFieldsFragment['lines'][number];
type Coupon = CartViewFieldsFragment['coupons'][number];

interface Changed<Item> {
  readonly item: Item;
  readonly before: Item | undefined;
  readonly change: 'none' | 'new' | 'gone' | 'changed';
}

/** The items now, in order, each with what it was; then those that are gone. */
function compared<Item>(
  now: readonly Item[],
  before: readonly Item[] | undefined,
  keyOf: (item: Item) => string,
  isSame: (one: Item, other: Item) => boolean,
): readonly Changed<Item>[] {
  if (before === undefined) {
    return now.map((item) => ({ item, before: undefined, change: 'none' }));
  }
  const known = new Map(before.map((item) => [keyOf(item), item]));
  const current = now.map((item): Changed<Item> => {
    const earlier = known.get(keyOf(item));
    known.delete(keyOf(item));
    if (earlier === undefined) return { item, before: undefined, change: 'new' };
    return { item, before: earlier, change: isSame(earlier, item) ? 'none' : 'changed' };
  });
  const gone = [...known.values()].map((item): Changed<Item> => ({
    item,
    before: item,
    change: 'gone',
  }));
  return [...current, ...gone];
}

/** @param before undefined: nothing to compare with, so nothing is marked */
export const changedLines = (now: readonly Line[], before: readonly Line[] | undefined) =>
  compared(
    now,
    before,
    ({ sku }) => sku,
    (one, other) =>
      one.quantity === other.quantity && one.total.minorUnits === other.total.minorUnits,
  );

export const changedCoupons = (now: readonly Coupon[], before: readonly Coupon[] | undefined) =>
  compared(
    now,
    before,
    ({ code }) => code,
    (one, other) =>
      one.eligible === other.eligible && one.discount.minorUnits === other.discount.minorUnits,
  );
