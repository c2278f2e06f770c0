// Tax rules: who defines what from when, and which rule counts for which goods.
import { describe, expect, test } from '@jest/globals';
import { countries, isCountry, isPlace, isRegion } from '../../../src/domain/countries.js';
import type { DefineTaxRule } from '../../../src/domain/tax/commands.js';
import { MAX_RULES_OF_COUNTRY, taxDecider } from '../../../src/domain/tax/decide.js';
import type { TaxEvent, TaxRuleDefined } from '../../../src/domain/tax/events.js';
import { ruleAt } from '../../../src/domain/tax/rule.js';
import { rulesOfPlace } from '../../../src/domain/tax/state.js';
import { vat } from '../../controls/tax.js';
import { specificationOf } from '../../given.js';

const { given } = specificationOf(taxDecider);
const at = Date.parse('2026-11-02T08:00:00.000Z');
const GB = { country: 'GB', region: null };

function defined(rule: Partial<TaxRuleDefined['data']> = {}): TaxRuleDefined {
  return { type: 'TaxRuleDefined', data: { ...vat(20), country: 'GB', ...rule } };
}

function define(rule: Partial<DefineTaxRule['rule']> = {}): DefineTaxRule {
  return { type: 'DefineTaxRule', at, rule: { ...defined().data, ...rule } };
}

const withdraw = { type: 'WithdrawTaxRule', at, rule: defined().data } as const;

describe('defining a tax rule', () => {
  test('stores its terms', () => {
    given().when(define()).then([defined()]);
  });

  test('without an instant: from now on', () => {
    given()
      .when(define({ holdsFrom: null }))
      .then([defined({ holdsFrom: at })]);
  });

  test('again, with the same terms, changes nothing, also without an instant', () => {
    given(defined()).when(define()).then([]);
    given(defined())
      .when(define({ holdsFrom: null }))
      .then([]);
  });

  test('of the same instant replaces the terms', () => {
    const other = defined({ partsPerMillion: 175_000 });
    given(defined())
      .when(define({ partsPerMillion: 175_000 }))
      .then([other]);
    expect(given(defined(), other).state.rules).toEqual([{ ...other.data, revision: 1 }]);
  });

  test('back to earlier terms, from now on, is a rule of its own', () => {
    const lower = defined({ partsPerMillion: 50_000, holdsFrom: at - 1 });
    given(defined(), lower)
      .when(define({ holdsFrom: null }))
      .then([defined({ holdsFrom: at })]);
  });

  test.each<[string, Partial<DefineTaxRule['rule']>]>([
    ['an unknown country', { country: 'UK' }],
    ['a country in small letters', { country: 'gb' }],
    ['a region with its country', { region: 'GB-ENG' }],
    ['a rate below 0', { partsPerMillion: -1 }],
    ['a rate above 100 %', { partsPerMillion: 1_000_001 }],
    ['a rate with a fraction', { partsPerMillion: 0.5 }],
    ['no name', { name: ' ' }],
    ['a name with a line break', { name: 'V\nAT' }],
    ['a category with capitals', { category: 'Books' }],
    ['a category of nothing', { category: '' }],
  ])('with %s is refused', (_what, rule) => {
    given().when(define(rule)).then({ code: 'TAX_RULE_TERMS' });
  });

  test('is refused when the country has too many, which a cart would have to store', () => {
    const many = Array.from({ length: MAX_RULES_OF_COUNTRY }, (_, n) =>
      defined({ category: `c${n}` }),
    );
    given(...many)
      .when(define())
      .then({ code: 'TAX_RULE_LIMIT' });
    given(...many)
      .when(define({ category: 'c1', partsPerMillion: 1 }))
      .then([defined({ category: 'c1', partsPerMillion: 1 })]);
    given(...many)
      .when(define({ country: 'FR' }))
      .then([defined({ country: 'FR' })]);
  });
});

describe('withdrawing a tax rule', () => {
  test('names what is withdrawn', () => {
    const { country, region, category, holdsFrom } = defined().data;
    const withdrawn: TaxEvent = {
      type: 'TaxRuleWithdrawn',
      data: { country, region, category, holdsFrom },
    };
    given(defined()).when(withdraw).then([withdrawn]);
    expect(given(defined(), withdrawn).state.rules).toEqual([]);
  });

  test.each([
    ['of another instant', defined({ holdsFrom: 1 })],
    ['of a region', defined({ region: 'ENG' })],
    ['of another country', defined({ country: 'FR' })],
  ])('%s is not that one', (_what, other) => {
    given(other).when(withdraw).then({ code: 'NOT_FOUND' });
  });
});

describe('the rule that counts', () => {
  const reduced = vat(5, { category: 'books' });
  const regional = vat(7, { region: 'CA' });
  const later = vat(22, { holdsFrom: at });

  test.each([
    ['goods without a category', 'standard', [vat(20), reduced], vat(20)],
    ['goods with one', 'books', [vat(20), reduced], reduced],
    ['goods whose category has no rule', 'toys', [vat(20), reduced], vat(20)],
    ['a region with a rule', 'standard', [vat(20), regional], regional],
    ["a category's rule before a region's standard one", 'books', [reduced, regional], reduced],
  ])('for %s', (_what, category, rules, expected) => {
    expect(ruleAt(rules, category, at)).toEqual(expected);
  });

  test('is the one that began last, to the instant', () => {
    expect(ruleAt([vat(20), later], 'standard', at - 1)).toEqual(vat(20));
    expect(ruleAt([later, vat(20)], 'standard', at)).toEqual(later);
  });

  test('is none where none has begun', () => {
    expect(ruleAt([later, reduced], 'standard', at - 1)).toBeUndefined();
  });

  test('of a place is its own, of now or later', () => {
    const events = [
      defined(),
      defined({ ...later }),
      defined({ ...later, holdsFrom: at + 5 }),
      defined({ ...regional }),
      defined({ country: 'FR' }),
    ];
    const { state } = given(...events);
    expect(rulesOfPlace(state, GB, at)).toEqual([later, { ...later, holdsFrom: at + 5 }]);
    expect(rulesOfPlace(state, { ...GB, region: 'CA' }, at - 1)).toContainEqual(regional);
    expect(rulesOfPlace(state, { country: 'DE', region: null }, at)).toEqual([]);
  });
});

describe('a place', () => {
  test('is a country of ISO 3166-1, as every browser names it', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(countries()).toHaveLength(249);
    expect(countries().filter((code) => names.of(code) === undefined)).toEqual([]);
    expect(['UK', 'EU', 'XX', 'gb', '', 'GBR'].filter(isCountry)).toEqual([]);
  });

  test('may name a region by its code', () => {
    expect(['CA', 'ENG', '13'].every(isRegion)).toBe(true);
    expect(['', 'ca', 'US-CA', 'ABCD'].filter(isRegion)).toEqual([]);
    expect(isPlace({ country: 'US', region: 'CA' })).toBe(true);
    expect(isPlace({ country: 'US', region: '?' })).toBe(false);
  });
});
