// Offers are remembered until the catalogue changes, and nothing else is remembered.
import { expect, test } from '@jest/globals';
import { initialProduct, type ProductState } from '../../src/domain/catalog/state.js';
import { ReadModelsUnavailableError } from '../../src/read-models/unavailable.js';
import { OfferCache } from '../../src/pricing/offer-cache.js';
import { systemTime } from '../../src/waiting/time.js';

class Shelf {
  product: ProductState | null = null;
  isDoubtful = false;
  looks = 0;
  now = 1_000;
  /** What comes of a look instead. */
  fault: Promise<never> | undefined;
  private listener: (changed: readonly string[]) => void = () => undefined;
  readonly offers = new OfferCache(
    {
      product: () => {
        this.looks += 1;
        return this.fault ?? Promise.resolve(this.product);
      },
      coupon: () => this.fault ?? Promise.resolve(null),
      isDoubtful: () => Promise.resolve(this.isDoubtful),
    },
    {
      onProgress: (listener) => {
        this.listener = listener;
        return () => undefined;
      },
    },
    { ...systemTime, now: () => this.now },
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

test('a value read before a change is not cached after it', async () => {
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

test.each([
  ['that are away', () => Promise.reject(new ReadModelsUnavailableError(new Error('refused')))],
  ['that do not answer', () => new Promise<never>(() => undefined)],
])('read models %s are not waited for, and then left alone for a while', async (_, fault) => {
  const shelf = new Shelf();
  shelf.price(100);
  shelf.fault = fault();
  expect(await shelf.offers.offer('MUG')).toBeNull();
  expect(shelf.looks).toBe(1);
  expect(await shelf.offers.coupon('TENTH')).toBeNull();
  expect(await shelf.offers.offer('MUG')).toBeNull();
  expect(shelf.looks).toBe(1);
});

test('what is remembered is known also while the read models are away', async () => {
  const shelf = new Shelf();
  shelf.price(100);
  await shelf.offers.offer('MUG');
  shelf.fault = Promise.reject(new ReadModelsUnavailableError(new Error('refused')));
  expect(await shelf.offers.coupon('TENTH')).toBeNull();
  expect((await shelf.offers.offer('MUG'))?.prices).toEqual({ GBP: 100 });
});

test('a fault of another kind travels up', async () => {
  const shelf = new Shelf();
  shelf.fault = Promise.reject(new RangeError('a broken row'));
  await expect(shelf.offers.offer('MUG')).rejects.toThrow('a broken row');
});

test('a planned price holds from its instant on, also in what is remembered', async () => {
  const shelf = new Shelf();
  shelf.price(100);
  const planned = [{ currency: 'GBP', minorUnits: 80, holdsFrom: 1_500 }];
  shelf.product = { ...shelf.product!, planned };
  expect((await shelf.offers.offer('MUG'))?.prices).toEqual({ GBP: 100 });
  shelf.now = 1_500;
  expect((await shelf.offers.offer('MUG'))?.prices).toEqual({ GBP: 80 });
  expect(shelf.looks).toBe(1);
});
