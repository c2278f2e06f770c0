// The checkout of a cart that goes somewhere: taxed by the rules of now, shipped as the shop can.
import { describe, expect, test } from '@jest/globals';
import { cartDecider } from '../../../src/domain/cart/decide.js';
import type { CheckOut } from '../../../src/domain/cart/commands.js';
import type { DeliveryOffers } from '../../../src/domain/cart/delivery/commands.js';
import type { CartEvent } from '../../../src/domain/cart/events.js';
import { standardPricing, standardRules } from '../../../src/domain/cart/pricing.js';
import { orderOf } from '../../../src/domain/order/commands.js';
import { taxIn } from '../../../src/domain/order/delivery.js';
import {
  added,
  checkedOut,
  existing,
  LATER,
  offered,
  opened,
  ORDER_ID,
} from '../../controls/cart.js';
import {
  addressSet,
  categorizedAs,
  GB,
  methodChosen,
  methodOffered,
  noteSet,
  sealed,
  shopOffers,
  taxedBy,
} from '../../controls/delivery.js';
import { salesTax, vat } from '../../controls/tax.js';
import { specificationOf } from '../../given.js';

const { given } = specificationOf(cartDecider);

function checkOut(expectedTotal: number, delivery?: DeliveryOffers): CheckOut {
  const contact = null;
  const asked = { expectedTotal, orderId: ORDER_ID, contact, rules: standardRules };
  return { type: 'CheckOut', at: LATER, ...asked, delivery };
}

const goods = [opened(), added('MUG', 2, 600)];

describe('the tax rules of a checkout', () => {
  const cart = [...goods, addressSet(GB, null), taxedBy(salesTax(20))];

  test('are those of the cart while they are those of now', () => {
    given(...cart)
      .when(checkOut(1_440, shopOffers({ taxRules: [salesTax(20)] })))
      .then([checkedOut(1_440)]);
  });

  test('that have changed since change the total, which the shopper has to agree to', () => {
    const offers = shopOffers({ taxRules: [salesTax(10)] });
    given(...cart)
      .when(checkOut(1_440, offers))
      .then({ code: 'TOTAL_CHANGED' });
    given(...cart)
      .when(checkOut(1_320, offers))
      .then([taxedBy(salesTax(10)), checkedOut(1_320)]);
  });

  test('that ended before do not count as a change', () => {
    const stored = taxedBy(salesTax(20), salesTax(10, { holdsFrom: 1 }));
    given(...goods, addressSet(GB, null), stored)
      .when(checkOut(1_320, shopOffers({ taxRules: [salesTax(10, { holdsFrom: 1 })] })))
      .then([checkedOut(1_320)]);
  });
});

describe('shipping at a checkout', () => {
  const toAddress = [...goods, addressSet()];
  const chosen = [...toAddress, methodChosen(490)];

  test('is agreed on with the rest', () => {
    given(...chosen)
      .when(checkOut(1_690, shopOffers({ method: methodOffered(490) })))
      .then([checkedOut(1_690)]);
  });

  test('keeps the price that was chosen, whatever it costs now', () => {
    given(...chosen)
      .when(checkOut(1_690, shopOffers({ method: methodOffered(990) })))
      .then([checkedOut(1_690)]);
  });

  test.each<[string, DeliveryOffers]>([
    ['was withdrawn', shopOffers()],
    ['goes there no more', shopOffers({ method: methodOffered(490, { countries: ['IE'] }) })],
  ])('by a method that %s is refused', (_what, offers) => {
    given(...chosen)
      .when(checkOut(1_690, offers))
      .then({ code: 'SHIPPING_UNAVAILABLE' });
  });

  test('by a method that does not go to the country of the address is refused', () => {
    given(...goods, addressSet(), methodChosen(490, { countries: ['IE'] }))
      .when(checkOut(1_200, shopOffers({ method: methodOffered(490) })))
      .then({ code: 'SHIPPING_UNAVAILABLE' });
  });

  test('needs an address', () => {
    const offers = shopOffers({ method: methodOffered(490) });
    given(...goods, addressSet(GB, null), methodChosen(490))
      .when(checkOut(1_690, offers))
      .then({ code: 'SHIPPING_ADDRESS_REQUIRED' });
    given(...chosen, { type: 'ShippingAddressRemoved', data: GB })
      .when(checkOut(1_200, offers))
      .then({ code: 'SHIPPING_ADDRESS_REQUIRED' });
  });

  test('to an address needs a method, where there is one', () => {
    given(...toAddress)
      .when(checkOut(1_200, shopOffers({ isShippingOffered: true })))
      .then({ code: 'SHIPPING_METHOD_REQUIRED' });
    given(...toAddress)
      .when(checkOut(1_200, shopOffers()))
      .then([checkedOut(1_200)]);
  });
});

describe('accepting the prices of now', () => {
  const cart = [...goods, addressSet(), taxedBy(vat(20)), methodChosen(490)];
  const accept = (offers: Partial<DeliveryOffers>, price = 600) => ({
    type: 'AcceptPrices' as const,
    at: LATER,
    offers: new Map([['MUG', offered('MUG', price)]]),
    delivery: shopOffers({ taxRules: [vat(20)], method: methodOffered(490), ...offers }),
  });

  test('takes other tax rules and another price of shipping', () => {
    given(...cart)
      .when(accept({ taxRules: [vat(22)], method: methodOffered(590) }))
      .then([taxedBy(vat(22)), methodChosen(590)]);
  });

  test('takes them together with prices, which come last', () => {
    const accepted = {
      type: 'PricesAccepted',
      data: { prices: [{ sku: 'MUG', from: 600, unitPrice: 650, offerRevision: null }] },
    } as const;
    given(...cart)
      .when(accept({ taxRules: [vat(22)] }, 650))
      .then([taxedBy(vat(22)), accepted]);
  });

  test('is refused where nothing has changed', () => {
    given(...cart)
      .when(accept({}))
      .then({ code: 'PRICES_UNCHANGED' });
  });
});

describe('the order', () => {
  const order = (...events: readonly CartEvent[]) => {
    const cart = existing(given(...events).state);
    if (cart.status !== 'CHECKED_OUT') throw new RangeError('It is not checked out');
    return orderOf(cart, LATER, ORDER_ID, standardPricing).order;
  };

  test('has what was agreed on: place, shipping, taxes and the sealed words', () => {
    const placed = order(
      ...[
        opened(),
        categorizedAs('books', 'ATLAS'),
        added('ATLAS', 1, 1_000),
        added('MUG', 1, 995),
      ],
      ...[addressSet(), taxedBy(salesTax(20), salesTax(5, { category: 'books' }))],
      ...[methodChosen(500), noteSet, checkedOut(2_844)],
    );
    expect(placed.total).toBe(1_995 + 500 + 50 + 299);
    expect(placed.delivery).toEqual({
      shipTo: { ...GB, address: sealed },
      shipping: { code: 'POST', name: 'Post', amount: 500 },
      taxes: [
        {
          ...{ name: 'Sales tax', category: 'books', partsPerMillion: 50_000, included: false },
          ...{ base: 1_000, amount: 50, inLines: [50, 0], inShipping: 0 },
        },
        {
          ...{ name: 'Sales tax', category: 'standard', partsPerMillion: 200_000, included: false },
          ...{ base: 1_495, amount: 299, inLines: [0, 199], inShipping: 100 },
        },
      ],
      giftNote: sealed,
    });
    expect(taxIn(placed.delivery!)).toBe(349);
  });

  test.each([
    ['no country', []],
    ['goods of a kind alone', [categorizedAs('books', 'MUG')]],
  ])('of a cart with %s is as it always was', (_what, events) => {
    const placed = order(...goods, ...events, checkedOut(1_200));
    expect(placed).toMatchObject({ total: 1_200, delivery: null });
  });
});
