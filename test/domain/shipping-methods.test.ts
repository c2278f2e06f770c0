// Shipping methods: what admins define, and who can choose them.
import { describe, expect, test } from '@jest/globals';
import type { DefineShippingMethod } from '../../src/domain/shipping/commands.js';
import { MAX_METHODS, shippingDecider } from '../../src/domain/shipping/decide.js';
import type {
  ShippingMethodDefined,
  ShippingMethodWithdrawn,
} from '../../src/domain/shipping/events.js';
import { methodsFor, shippingOfferOf } from '../../src/domain/shipping/state.js';
import { NOON } from '../controls/recorded.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(shippingDecider);
const pounds = { currency: 'GBP', minorUnits: 490, freeFrom: 5_000 };
const terms = { name: 'Post', countries: ['GB', 'IE'], taxCategory: 'standard', prices: [pounds] };

function defined(change: Partial<ShippingMethodDefined['data']> = {}): ShippingMethodDefined {
  return { type: 'ShippingMethodDefined', data: { code: 'POST', ...terms, ...change } };
}

function define(change: Partial<DefineShippingMethod> = {}): DefineShippingMethod {
  return { type: 'DefineShippingMethod', at: NOON, code: 'POST', ...terms, ...change };
}

const withdraw = { type: 'WithdrawShippingMethod', at: NOON, code: 'POST' } as const;
const withdrawn: ShippingMethodWithdrawn = {
  type: 'ShippingMethodWithdrawn',
  data: { code: 'POST' },
};

describe('defining a shipping method', () => {
  test('stores its terms, and other terms when they change', () => {
    given().when(define()).then([defined()]);
    given(defined()).when(define()).then([]);
    given(defined())
      .when(define({ countries: null }))
      .then([defined({ countries: null })]);
  });

  test('that was withdrawn offers it again', () => {
    given(defined(), withdrawn).when(define()).then([defined()]);
  });

  test.each<[string, Partial<DefineShippingMethod>]>([
    ['a code in small letters', { code: 'post' }],
    ['no name', { name: '' }],
    ['a name with a line break', { name: 'By\nair' }],
    ['a country that is none', { countries: ['UK'] }],
    ['a country twice', { countries: ['GB', 'GB'] }],
    ['no country, which is not every country', { countries: [] }],
    ['no price', { prices: [] }],
    ['two prices in one currency', { prices: [pounds, { ...pounds, minorUnits: 1 }] }],
    ['a price below 0', { prices: [{ ...pounds, minorUnits: -1 }] }],
    ['half a minor unit', { prices: [{ ...pounds, minorUnits: 0.5 }] }],
    ['free from less than nothing', { prices: [{ ...pounds, freeFrom: -1 }] }],
    ['a currency that is none', { prices: [{ ...pounds, currency: 'ABC' }] }],
    ['a tax category in capitals', { taxCategory: 'Standard' }],
  ])('with %s is refused', (_what, change) => {
    given().when(define(change)).then({ code: 'SHIPPING_TERMS' });
  });

  test('is refused when there are too many', () => {
    const many = Array.from({ length: MAX_METHODS }, (_, n) => defined({ code: `M${n}` }));
    given(...many)
      .when(define())
      .then({ code: 'SHIPPING_METHOD_LIMIT' });
  });
});

test('a method is withdrawn once', () => {
  given(defined()).when(withdraw).then([withdrawn]);
  given(defined(), withdrawn).when(withdraw).then({ code: 'NOT_FOUND' });
  given().when(withdraw).then({ code: 'NOT_FOUND' });
});

describe('what a cart can choose', () => {
  const { state } = given(
    defined(),
    defined({ code: 'AIR', countries: null, prices: [{ ...pounds, currency: 'EUR' }, pounds] }),
    defined({ code: 'OLD' }),
    { type: 'ShippingMethodWithdrawn', data: { code: 'OLD' } },
  );
  const codes = (country: string, currency: string) =>
    methodsFor(state, country, currency).map(({ code }) => code);

  test('goes to its country, has a price in its currency, and is not withdrawn', () => {
    expect(codes('GB', 'GBP')).toEqual(['POST', 'AIR']);
    expect(codes('FR', 'GBP')).toEqual(['AIR']);
    expect(codes('GB', 'EUR')).toEqual(['AIR']);
    expect(codes('GB', 'JPY')).toEqual([]);
  });

  test('is offered with the revision of its terms', () => {
    expect(shippingOfferOf(state, 'AIR')).toMatchObject({ name: 'Post', revision: 1 });
    expect(shippingOfferOf(state, 'OLD')).toBeNull();
    expect(shippingOfferOf(state, 'NONE')).toBeNull();
  });
});
