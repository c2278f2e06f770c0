// Where a cart goes, by which method, and with which note: each is a fact with its terms.
import { describe, expect, test } from '@jest/globals';
import { cartDecider } from '../../../src/domain/cart/decide.js';
import type {
  ChooseShippingMethod,
  SetShippingAddress,
} from '../../../src/domain/cart/delivery/commands.js';
import { summarize } from '../../../src/domain/cart/summary.js';
import { added, existing, LATER, opened } from '../../controls/cart.js';
import {
  addressSet,
  GB,
  methodChosen,
  methodOffered,
  noteSet,
  sealed,
  taxedBy,
} from '../../controls/delivery.js';
import { vat } from '../../controls/tax.js';
import { specificationOf } from '../../given.js';

const { given } = specificationOf(cartDecider);
const at = LATER;

function setAddress(change: Partial<SetShippingAddress> = {}): SetShippingAddress {
  return { type: 'SetShippingAddress', at, ...GB, address: sealed, taxRules: [], ...change };
}

function choose(change: Partial<ChooseShippingMethod> = {}): ChooseShippingMethod {
  return { type: 'ChooseShippingMethod', at, code: 'POST', offer: methodOffered(490), ...change };
}

describe('the shipping address', () => {
  test('is stored encrypted, beside its country and region', () => {
    given(opened()).when(setAddress()).then([addressSet()]);
  });

  test('may be a place alone, for a first look at the taxes', () => {
    const texas = { country: 'US', region: 'TX' };
    given(opened())
      .when(setAddress({ ...texas, address: null }))
      .then([addressSet(texas, null)]);
  });

  test('brings the tax rules of its place along', () => {
    given(opened())
      .when(setAddress({ taxRules: [vat(20)] }))
      .then([addressSet(), taxedBy(vat(20))]);
  });

  test('at the same place keeps the rules, unless there are others now', () => {
    const before = [opened(), addressSet(), taxedBy(vat(20))] as const;
    given(...before)
      .when(setAddress({ taxRules: [vat(20)] }))
      .then([addressSet()]);
    given(...before)
      .when(setAddress({ taxRules: [vat(22)] }))
      .then([addressSet(), taxedBy(vat(22))]);
    given(...before)
      .when(setAddress({ taxRules: [] }))
      .then([addressSet(), taxedBy()]);
  });

  test('elsewhere drops the taxes of the place before', () => {
    const { state } = given(
      opened(),
      addressSet(),
      taxedBy(vat(20)),
      addressSet({ ...GB, country: 'HK' }),
    );
    expect(existing(state).delivery).toMatchObject({ shipTo: { country: 'HK' }, tax: null });
  });

  test.each([{ country: 'UK' }, { country: '' }, { region: 'US-TX' }])(
    'at %p is refused',
    (place) => {
      given(opened()).when(setAddress(place)).then({ code: 'UNKNOWN_COUNTRY' });
    },
  );

  test('is removed with its taxes', () => {
    const removed = { type: 'ShippingAddressRemoved', data: GB } as const;
    const remove = { type: 'RemoveShippingAddress', at } as const;
    given(opened(), addressSet()).when(remove).then([removed]);
    given(opened()).when(remove).then({ code: 'NOT_FOUND' });
    const { state } = given(opened(), addressSet(), taxedBy(vat(20)), removed);
    expect(existing(state).delivery).toMatchObject({ shipTo: null, tax: null });
  });
});

describe('the shipping method', () => {
  test('is stored with its terms in the currency of the cart', () => {
    given(opened(), addressSet())
      .when(choose())
      .then([methodChosen(490)]);
  });

  test('can be chosen as soon as the country is known', () => {
    given(opened()).when(choose()).then({ code: 'SHIPPING_ADDRESS_REQUIRED' });
    given(opened(), addressSet(GB, null))
      .when(choose())
      .then([methodChosen(490)]);
  });

  test.each<[string, Partial<ChooseShippingMethod>]>([
    ['is unknown or withdrawn', { offer: null }],
    ['does not go there', { offer: methodOffered(490, { countries: ['IE'] }) }],
    ['has no price in the currency', { offer: methodOffered(490, { prices: [] }) }],
  ])('that %s is refused', (_what, change) => {
    given(opened(), addressSet()).when(choose(change)).then({ code: 'SHIPPING_UNAVAILABLE' });
  });

  test('replaces the one before, and is removed', () => {
    const air = methodChosen(990, {}, 'AIR');
    const remove = { type: 'RemoveShippingMethod', at } as const;
    expect(
      existing(given(opened(), addressSet(), methodChosen(490), air).state).delivery,
    ).toMatchObject({ method: { code: 'AIR', price: 990 } });
    given(opened(), addressSet(), air)
      .when(remove)
      .then([{ type: 'ShippingMethodRemoved', data: { code: 'AIR' } }]);
    given(opened(), addressSet()).when(remove).then({ code: 'NOT_FOUND' });
  });

  test('that would make the total uncountable is refused', () => {
    const most = Number.MAX_SAFE_INTEGER;
    given(opened(), addressSet(), added('MUG', 1, most))
      .when(choose())
      .then({ code: 'MONEY_OVERFLOW' });
    given(opened(), added('MUG', 1, most))
      .when(setAddress({ taxRules: [vat(1, { pricesIncludeTax: false })] }))
      .then({ code: 'MONEY_OVERFLOW' });
    given(opened(), added('MUG', 1, most))
      .when(setAddress({ taxRules: [vat(100)] }))
      .then([addressSet(), taxedBy(vat(100))]);
  });
});

describe('the gift note', () => {
  test('is stored encrypted, replaced and removed', () => {
    const remove = { type: 'RemoveGiftNote', at } as const;
    const other = { keyId: 'a key', sealed: 'b3RoZXI' };
    given(opened()).when({ type: 'SetGiftNote', at, note: sealed }).then([noteSet]);
    given(opened(), noteSet)
      .when({ type: 'SetGiftNote', at, note: other })
      .then([{ type: 'GiftNoteSet', data: { note: other } }]);
    given(opened(), noteSet)
      .when(remove)
      .then([{ type: 'GiftNoteRemoved', data: { keyId: sealed.keyId } }]);
    given(opened()).when(remove).then({ code: 'NOT_FOUND' });
  });

  test('is known by its key alone to who reads the history', () => {
    expect(summarize(noteSet, 'GBP')).toBe('Set the gift note');
    expect(summarize(addressSet(), 'GBP')).toBe('Set the shipping address, in GB');
    expect(summarize(methodChosen(490, { freeFrom: 5_000 }), 'GBP')).toBe(
      'Chose shipping by Post for 4.90 GBP, free from 50.00 GBP',
    );
    expect(summarize(taxedBy(vat(20)), 'GBP')).toBe(
      'Taxed by the rules of GB: VAT 20 % on standard',
    );
  });
});

test('a cart without any of it has none of it in its state', () => {
  expect(existing(given(opened(), added('MUG', 1, 250)).state)).not.toHaveProperty('delivery');
});
