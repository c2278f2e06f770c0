// Offers are remembered until the catalogue changes, and nothing else is remembered.
import { expect, test } from '@jest/globals';
import { initialProduct, type ProductState } from '../../src/domain/catalog/state.js';
import { OfferCache } from '../../src/pricing/offer-cache.js';

class Shelf {
  product: ProductState | null = null;
  isDoubtful = false;
  looks = 0;
  private listener: (changed: readonly string[]) => void = () => undefined;
  readonly offers = new OfferCache(
    {
      product: () => {
        this.looks += 1;
        return Promise.resolve(this.product);
      },
      coupon: () => Promise.resolve(null),
      isDoubtful: () => Promise.resolve(this.isDoubtful),
    },
    {
      onProgress: (listener) => {
        this.listener = listener;
        return () => undefined;
      },
    },
  );

  price(minorUnits: number): void {
    const prices = { GBP: minorUnits };
    this.product = { ...initialProduct, sku: 'MUG', name: 'A mug', prices, listed: true };
  }

  changed(...names: string[]): void {
    this.listener(names);
  }
}

test('a price is looked up once, and again when the catalogue has changed', async () => {
  const shelf = new Shelf();
  shelf.price(100);
  expect((await shelf.offers.offer('MUG'))?.prices).toEqual({ GBP: 100 });
  shelf.price(120);
  shelf.changed('cart', 'order-summary');
  expect((await shelf.offers.offer('MUG'))?.prices).toEqual({ GBP: 100 });
  expect(shelf.looks).toBe(1);
  shelf.changed('cart', 'catalogue');
  expect((await shelf.offers.offer('MUG'))?.prices).toEqual({ GBP: 120 });
});

test('what was read before a change is not remembered after it', async () => {
  const shelf = new Shelf();
  shelf.price(100);
  const slow = shelf.offers.offer('MUG');
  shelf.price(120);
  shelf.changed('catalogue');
  expect((await slow)?.prices).toEqual({ GBP: 100 });
  expect((await shelf.offers.offer('MUG'))?.prices).toEqual({ GBP: 120 });
});

test('what is not on offer is looked for each time', async () => {
  const shelf = new Shelf();
  expect(await shelf.offers.offer('MUG')).toBeNull();
  shelf.price(100);
  expect((await shelf.offers.offer('MUG'))?.prices).toEqual({ GBP: 100 });
  shelf.product = { ...initialProduct };
  shelf.changed('catalogue');
  expect(await shelf.offers.offer('MUG')).toBeNull();
});
