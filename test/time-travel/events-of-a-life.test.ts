// How the events that add several lines, take prices, undo, merge, copy, abandon and revive show in
// the history of a cart: its summary, what differs between two instants, and why it costs what it
// costs.
import { describe, expect, test } from '@jest/globals';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { type CartState, evolve, initialCart } from '../../src/domain/cart/state.js';
import { summarize } from '../../src/domain/cart/summary.js';
import { changesBetween } from '../../src/time-travel/cart-diff.js';
import { explain } from '../../src/time-travel/explain.js';
import { added, applied, existing, LATER, opened, percentOff } from '../controls/cart.js';
import { recordedAs } from '../controls/recorded.js';

const OTHER = '0193a000-0000-7000-8000-0000000000cc';
const offered = (
  sku: string,
  quantity: number,
  unitPrice: number,
  offerRevision: number | null,
) => ({
  ...added(sku, quantity, unitPrice).data,
  offerRevision,
});

const itemsAdded: CartEvent = {
  type: 'ItemsAdded',
  data: { lines: [offered('MUG', 2, 250, 3), offered('PEN', 1, 100, 0)], refused: [] },
};
const pricesAccepted: CartEvent = {
  type: 'PricesAccepted',
  data: { prices: [{ sku: 'MUG', from: 250, unitPrice: 300, offerRevision: 4 }] },
};
const undone: CartEvent = {
  type: 'ChangeUndone',
  data: {
    undone: { type: 'PricesAccepted', revision: 2 },
    coupon: null,
    delivery: null,
    lines: [
      {
        ...{ sku: 'MUG', name: 'THE MUG', addedAt: 0, position: 0 },
        portions: [{ quantity: 2, unitPrice: 250 }],
      },
    ],
  },
};
const merged: CartEvent = {
  type: 'CartMerged',
  data: {
    ...{ fromCartId: OTHER, fromRevision: 7, strategy: 'SUM', coupons: [] },
    lines: [
      {
        ...{ sku: 'VASE', name: 'THE VASE', guestQuantity: 1, customerQuantity: 0 },
        ...{ keepsCustomers: false, taken: [{ quantity: 1, unitPrice: 900 }], refusal: null },
      },
    ],
  },
};
const forked: CartEvent = {
  type: 'CartForked',
  data: {
    ...{ fromCartId: OTHER, fromRevision: 7, refused: [], coupons: [] },
    lines: [offered('MUG', 1, 260, 5)],
  },
};
const claimed: CartEvent = {
  type: 'CartClaimed',
  data: { customerId: 'ann', tokenHash: 'b'.repeat(64), strategy: 'SUM', intoCartId: OTHER },
};
const abandoned: CartEvent = { type: 'CartAbandoned', data: { idleSince: 0 } };
const revived: CartEvent = { type: 'CartRevived', data: { abandonedAt: 0 } };

const recordedOf = (events: readonly CartEvent[]) => events.map(recordedAs);
const foldOf = (events: readonly CartEvent[]) =>
  existing(recordedOf(events).reduce<CartState>(evolve, initialCart));

/** What the last event changed. */
function changesOf(...events: readonly CartEvent[]) {
  const all = recordedOf(events);
  const [before, after] = [foldOf(events.slice(0, -1)), foldOf(events)];
  const at = LATER;
  const changes = changesBetween(
    { state: before, at },
    { state: after, at },
    all.slice(-1),
    standardRules,
  );
  const cause = all.at(-1)!.id;
  expect(changes.every(({ eventIds }) => eventIds.length === 1 && eventIds[0] === cause)).toBe(
    true,
  );
  return changes.map(({ path, before: was, after: is }) => `${path}: ${was} → ${is}`);
}

function partsOf(...events: readonly CartEvent[]) {
  const history = recordedOf(events).map((event) => ({
    event,
    stored: {
      ...{ stream: 'cart-1', id: event.id, type: event.type, revision: event.revision },
      ...{ position: BigInt(event.revision), recordedAt: 0, data: event.data },
      metadata: { schemaVersion: 1, occurredAt: new Date(event.occurredAt).toISOString() },
    },
  }));
  const { parts } = explain(foldOf(events), history, LATER, standardRules);
  return parts.map(({ words, offer }) => [words, offer?.revision ?? null]);
}

test.each([
  [itemsAdded, 'Added 3 units in 2 lines'],
  [
    { ...itemsAdded, data: { lines: [offered('MUG', 2, 250, 3)], refused: [] } },
    'Added 2 × THE MUG',
  ],
  [pricesAccepted, 'Accepted 3.00 GBP for MUG, before 2.50 GBP'],
  [undone, 'Undid PricesAccepted of revision 2'],
  [merged, `Took over the contents of cart ${OTHER}`],
  [forked, `Copied revision 7 of cart ${OTHER}`],
  [claimed, `Claimed by a customer, into cart ${OTHER}`],
  [{ ...claimed, data: { ...claimed.data, intoCartId: null } }, 'Claimed by a customer'],
  [abandoned, 'Abandoned: nobody changed the cart'],
  [revived, 'Revived the abandoned cart'],
] as [CartEvent, string][])('$0.type in words: $1', (event, words) => {
  expect(summarize(event, 'GBP')).toBe(words);
});

describe('what differs, and by which event', () => {
  test('several lines that were added', () => {
    expect(changesOf(opened(), itemsAdded)).toEqual([
      'totals.itemCount: 0 → 3',
      'totals.subtotal: 0.00 → 6.00',
      'totals.total: 0.00 → 6.00',
      'lines.MUG.quantity: null → 2',
      'lines.MUG.subtotal: null → 5.00',
      'lines.MUG.discount: null → 0.00',
      'lines.PEN.quantity: null → 1',
      'lines.PEN.subtotal: null → 1.00',
      'lines.PEN.discount: null → 0.00',
    ]);
  });

  test('prices that were accepted, also in the discount of a coupon', () => {
    expect(changesOf(opened(), itemsAdded, applied('TEN', percentOff(10)), pricesAccepted)).toEqual(
      expect.arrayContaining([
        'lines.MUG.subtotal: 5.00 → 6.00',
        'coupons.TEN: 0.60 → 0.70',
        'totals.total: 5.40 → 6.30',
      ]),
    );
  });

  test('a change that was undone', () => {
    expect(changesOf(opened(), itemsAdded, pricesAccepted, undone)).toEqual([
      'lines.MUG.subtotal: 6.00 → 5.00',
      'totals.subtotal: 7.00 → 6.00',
      'totals.total: 7.00 → 6.00',
    ]);
  });

  test('lines that came from another cart', () => {
    expect(changesOf(opened(), itemsAdded, merged)).toContain('lines.VASE.quantity: null → 1');
    expect(changesOf(opened(), forked)).toContain('lines.MUG.quantity: null → 1');
  });

  test('the status of a cart that was abandoned, revived, claimed away', () => {
    expect(changesOf(opened(), abandoned)).toEqual(['status: OPEN → ABANDONED']);
    expect(changesOf(opened(), abandoned, revived)).toEqual(['status: ABANDONED → OPEN']);
    expect(changesOf(opened(), claimed)).toEqual(['status: OPEN → MERGED']);
  });
});

describe('why it costs that', () => {
  test('names the event of each price, and the revision of the product that offered it', () => {
    expect(partsOf(opened(), itemsAdded)).toEqual([
      ['2 × THE MUG at 2.50 GBP each, the offered price when they were added', 3],
      ['1 × THE PEN at 1.00 GBP each, the offered price when they were added', 0],
    ]);
    expect(partsOf(opened(), itemsAdded, pricesAccepted)[0]).toEqual([
      '2 × THE MUG at 3.00 GBP each, the offered price when the shopper accepted it',
      4,
    ]);
    expect(partsOf(opened(), itemsAdded, pricesAccepted, undone)[0]).toEqual([
      '2 × THE MUG at 2.50 GBP each, the price that they had before the change that was undone',
      null,
    ]);
    expect(partsOf(opened(), merged)).toEqual([
      ['1 × THE VASE at 9.00 GBP each, the price that they had in the cart that was merged', null],
    ]);
    expect(partsOf(opened(), forked)).toEqual([
      ['1 × THE MUG at 2.60 GBP each, the offered price when the cart was copied', 5],
    ]);
  });
});
