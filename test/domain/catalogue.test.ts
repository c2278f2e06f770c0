// A product's life: listed, named, described, tagged, pictured, priced, delisted, restored.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { catalogDecider } from '../../src/domain/catalog/decide.js';
import type { CatalogEvent } from '../../src/domain/catalog/events.js';
import { offerOf, pricesAt } from '../../src/domain/catalog/state.js';
import {
  descriptionFault,
  imageUrlFault,
  nameFault,
  tagsFault,
} from '../../src/domain/catalog/product-text.js';
import { soughtWords, tagWord, wordsOf, wordsOfSku } from '../../src/domain/catalog/words.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(catalogDecider);
const at = Date.parse('2026-11-02T08:00:00.000Z');
const sku = 'MUG';
const price = { minorUnits: 295, currency: 'GBP' };
const listed: CatalogEvent = { type: 'ProductListed', data: { sku, name: 'Mug', price } };
const described: CatalogEvent = {
  type: 'ProductDescribed',
  data: { sku, description: 'It holds tea.' },
};
const tagged: CatalogEvent = { type: 'ProductTagged', data: { sku, tags: ['tea'] } };
const pictured: CatalogEvent = { type: 'ProductPictured', data: { sku, imageUrl: '/mug.svg' } };
const delisted: CatalogEvent = { type: 'ProductDelisted', data: { sku } };
const details = { description: 'It holds tea.', tags: ['tea'], imageUrl: '/mug.svg' };
const list = { type: 'ListProduct', at, sku, name: 'Mug', price } as const;
const revise = { type: 'ReviseProduct', at } as const;

describe('listing a product', () => {
  test('with what a page shows of it appends a fact for each', () => {
    given()
      .when({ ...list, ...details })
      .then([listed, described, tagged, pictured]);
  });

  test('again, with the same, appends nothing', () => {
    given(listed, described, tagged, pictured)
      .when({ ...list, ...details })
      .then([]);
  });

  test('again, without its details, keeps them', () => {
    given(listed, described, tagged, delisted).when(list).then([listed]);
    expect(given(listed, described, tagged, delisted, listed).state).toMatchObject({
      description: 'It holds tea.',
      tags: ['tea'],
      listed: true,
    });
  });
});

describe('revising a product', () => {
  test('appends what changes, and nothing else', () => {
    given(listed, described, tagged)
      .when({ ...revise, name: 'Cup', description: 'It holds tea.', tags: ['tea', 'cups'] })
      .then([
        { type: 'ProductRenamed', data: { sku, name: 'Cup' } },
        { type: 'ProductTagged', data: { sku, tags: ['tea', 'cups'] } },
      ]);
  });

  test('takes away what is null', () => {
    given(listed, described, pictured)
      .when({ ...revise, description: null, imageUrl: null })
      .then([
        { type: 'ProductDescribed', data: { sku, description: null } },
        { type: 'ProductPictured', data: { sku, imageUrl: null } },
      ]);
  });

  test('sets its tax category, and takes it away', () => {
    const books: CatalogEvent = {
      type: 'ProductTaxCategorized',
      data: { sku, taxCategory: 'books' },
    };
    const none: CatalogEvent = { type: 'ProductTaxCategorized', data: { sku, taxCategory: null } };
    given(listed)
      .when({ ...revise, taxCategory: 'books' })
      .then([books]);
    given(listed, books)
      .when({ ...revise, taxCategory: 'books' })
      .then([]);
    given(listed, books)
      .when({ ...revise, taxCategory: null })
      .then([none]);
    expect(offerOf(given(listed, books).state, at)).toMatchObject({ taxCategory: 'books' });
  });

  test('is possible while it is not on sale, and does not put it on sale', () => {
    const renamed: CatalogEvent = { type: 'ProductRenamed', data: { sku, name: 'Cup' } };
    given(listed, delisted)
      .when({ ...revise, name: 'Cup' })
      .then([renamed]);
    expect(given(listed, delisted, renamed).state).toMatchObject({ name: 'Cup', listed: false });
  });

  test('is refused for a product that was never listed', () => {
    given()
      .when({ ...revise, name: 'Cup' })
      .then({ code: 'NOT_FOUND' });
  });
});

describe('restoring a product', () => {
  const restore = { type: 'RestoreProduct', at } as const;

  test('puts it on sale again, as it was', () => {
    given(listed, tagged, delisted)
      .when(restore)
      .then([{ type: 'ProductRestored', data: { sku } }]);
    expect(
      given(listed, tagged, delisted, { type: 'ProductRestored', data: { sku } }).state,
    ).toMatchObject({ listed: true, tags: ['tea'], prices: { GBP: 295 } });
  });

  test('changes nothing while it is on sale', () => {
    given(listed).when(restore).then([]);
  });

  test('is refused for a product that was never listed', () => {
    given().when(restore).then({ code: 'NOT_FOUND' });
  });
});

describe('a planned price', () => {
  const later = at + 3_600_000;
  const cheaper = { minorUnits: 195, currency: 'GBP' };
  const plan: CatalogEvent = {
    type: 'ProductPricePlanned',
    data: { sku, price: cheaper, holdsFrom: later },
  };
  const planIt = { type: 'PlanProductPrice', at, price: cheaper, holdsFrom: later } as const;
  const changed: CatalogEvent = { type: 'ProductPriceChanged', data: { sku, price: cheaper } };

  test('holds from its instant on, and not before', () => {
    given(listed).when(planIt).then([plan]);
    const state = foldAt([listed, at], [plan, at]);
    expect(pricesAt(state, later - 1)).toEqual({ GBP: 295 });
    expect(pricesAt(state, later)).toEqual({ GBP: 195 });
    expect(offerOf(state, later)?.prices).toEqual({ GBP: 195 });
  });

  test('that is planned again changes nothing, at another price it changes the plan', () => {
    given(listed, plan).when(planIt).then([]);
    const other = { ...cheaper, minorUnits: 150 };
    const replan: CatalogEvent = {
      type: 'ProductPricePlanned',
      data: { sku, price: other, holdsFrom: later },
    };
    given(listed, plan)
      .when({ ...planIt, price: other })
      .then([replan]);
    expect(given(listed, plan, replan).state.planned).toHaveLength(1);
  });

  test('whose instant has come is a change of the price', () => {
    given(listed)
      .when({ ...planIt, holdsFrom: at })
      .then([changed]);
  });

  test('is taken up once, the last one of a currency', () => {
    const last: CatalogEvent = {
      type: 'ProductPricePlanned',
      data: { sku, price: { ...cheaper, minorUnits: 100 }, holdsFrom: later + 1 },
    };
    const takeUp = { type: 'TakeUpPrices', at: later + 1 } as const;
    const taken: CatalogEvent = {
      type: 'ProductPriceChanged',
      data: { sku, price: { ...cheaper, minorUnits: 100 } },
    };
    given(listed, last, plan).when(takeUp).then([taken]);
    given(listed, plan)
      .when({ ...takeUp, at: later - 1 })
      .then([]);
    given(listed).when(takeUp).then([]);
    expect(foldAt([listed, at], [last, at], [plan, at], [taken, later + 1]).planned).toEqual([]);
  });

  test('that is due gives way to a price that is set after it', () => {
    const set: CatalogEvent = {
      type: 'ProductPriceChanged',
      data: { sku, price: { ...cheaper, minorUnits: 500 } },
    };
    const after = foldAt([listed, at], [plan, at], [set, later + 5]);
    expect(pricesAt(after, later + 9)).toEqual({ GBP: 500 });
    // A change before its instant leaves the plan.
    const before = foldAt([listed, at], [plan, at], [set, later - 5]);
    expect(pricesAt(before, later)).toEqual({ GBP: 195 });
  });

  test('can be dropped, once', () => {
    const drop = { type: 'DropPlannedPrice', at, currency: 'GBP', holdsFrom: later } as const;
    const gone: CatalogEvent = {
      type: 'PlannedPriceDropped',
      data: { sku, currency: 'GBP', holdsFrom: later },
    };
    given(listed, plan).when(drop).then([gone]);
    given(listed, plan, gone).when(drop).then([]);
    expect(given(listed, plan, gone).state.planned).toEqual([]);
  });

  test('is refused for a product with 20 of them, and for one that is not on sale', () => {
    const plans = Array.from({ length: 20 }, (_, n): CatalogEvent => ({
      type: 'ProductPricePlanned',
      data: { sku, price: cheaper, holdsFrom: later + 1 + n },
    }));
    given(listed, ...plans)
      .when(planIt)
      .then({ code: 'PLANNED_PRICE_LIMIT' });
    given(listed, delisted).when(planIt).then({ code: 'NOT_FOUND' });
  });
});

describe('setting all of a product at once', () => {
  const set = { type: 'SetProduct', at, sku } as const;

  test('lists a new one with a name and a price', () => {
    given()
      .when({ ...set, name: 'Mug', price, ...details })
      .then([listed, described, tagged, pictured]);
    given()
      .when({ ...set, name: 'Mug' })
      .then({ code: 'NOT_FOUND' });
    given()
      .when({ ...set, name: 'Mug', price, listed: false })
      .then({ code: 'NOT_FOUND' });
  });

  test('changes what differs, in one append', () => {
    const dear = { ...price, minorUnits: 1_000 };
    given(listed, tagged)
      .when({ ...set, name: 'Cup', tags: ['tea'], price: dear, listed: false })
      .then([
        { type: 'ProductRenamed', data: { sku, name: 'Cup' } },
        { type: 'ProductPriceChanged', data: { sku, price: dear } },
        delisted,
      ]);
    given(listed).when(set).then([]);
  });

  test('refuses a price that is none, and all else with it', () => {
    given(listed)
      .when({ ...set, name: 'Cup', price: { ...price, minorUnits: 0.5 } })
      .then({ code: 'NOT_A_PRICE' });
  });
});

function foldAt(...events: readonly (readonly [CatalogEvent, number])[]) {
  return events.reduce(
    (state, [event, occurredAt], revision) =>
      catalogDecider.evolve(state, { ...event, id: '', revision, occurredAt }),
    catalogDecider.initial,
  );
}

describe('the texts of a product', () => {
  test.each([
    ['an empty name', nameFault(' ')],
    ['a name with a line break', nameFault('a\nb')],
    ['a name that changes the direction of text', nameFault('a\u202eb')],
    ['a description of nothing', descriptionFault('')],
    ['a description with a control character', descriptionFault('a\u0007')],
    ['a description of 2,001 characters', descriptionFault('a'.repeat(2_001))],
    ['a tag in capitals', tagsFault(['Tea'])],
    ['a tag of two words', tagsFault(['two words'])],
    ['a tag that ends in a hyphen', tagsFault(['tea-'])],
    ['a tag twice', tagsFault(['tea', 'tea'])],
    ['21 tags', tagsFault(Array.from({ length: 21 }, (_, n) => `tag${n}`))],
    ['an image by a script', imageUrlFault('javascript:alert(1)')],
    ['an image without TLS', imageUrlFault('http://example.org/a.png')],
    ['an image of another host in disguise', imageUrlFault('//example.org/a.png')],
    ['an image of another host in disguise', imageUrlFault('/\\example.org/a.png')],
    ['an image with a quote', imageUrlFault('/a".png')],
    ['an image with a password', imageUrlFault('https://me:pw@example.org/a.png')],
  ])('%s is refused', (_what, fault) => {
    expect(fault).toEqual(expect.stringMatching(/\.$/));
  });

  test.each([
    [nameFault('WHITE HANGING HEART T-LIGHT HOLDER')],
    [descriptionFault('Two lines,\nof text.')],
    [tagsFault(['home-decor', 'größe-2', '茶'])],
    [imageUrlFault('https://images.example.org/a/b.webp?w=400')],
    [imageUrlFault('/images/a.svg')],
  ])('what a shop writes is taken', (fault) => {
    expect(fault).toBeUndefined();
  });
});

describe('words', () => {
  test('are letters and digits, without case, accents and punctuation', () => {
    expect(wordsOf('Émile’s T-Light (100%)')).toEqual(['emile', 's', 't', 'light', '100']);
    expect(wordsOfSku('b_1')).toEqual(['b', '1', 'b1']);
  });

  test('are the same in capital letters, in every alphabet', () => {
    const texts = [
      'Straße',
      'GRÖẞE',
      'κόσμος',
      'Isparta',
      'ﬁne',
      'Łódź',
      'ჯავა',
      'ԵՎ և',
      'ŉ',
      'Дом',
    ];
    for (const text of texts) {
      expect(wordsOf(text.toUpperCase())).toEqual(wordsOf(text));
      expect(wordsOf(text.toLowerCase())).toEqual(wordsOf(text));
    }
    expect(wordsOf('Straße STRASSE')).toEqual(['strasse', 'strasse']);
    const [beginning = ''] = wordsOf('ΚΟΣ');
    expect(wordsOf('κόσμος')[0]?.startsWith(beginning)).toBe(true);
    const letters = fc.constantFrom(
      'ß',
      'ẞ',
      's',
      'ς',
      'σ',
      'Σ',
      'α',
      'ı',
      'I',
      'i',
      'İ',
      'é',
      'É',
    );
    fc.assert(
      fc.property(fc.string({ unit: letters }), (text) => {
        expect(wordsOf(text.toUpperCase())).toEqual(wordsOf(text));
        expect(wordsOf(text.toLowerCase())).toEqual(wordsOf(text));
      }),
    );
  });

  test('that are sought count once, and not where a longer one says more', () => {
    expect(soughtWords('lan LANTERN lantern t')).toEqual(['lantern', 't']);
    expect(soughtWords('a b c d e f g h i j')).toHaveLength(8);
  });

  test('of any text stay words, and no two tags have one word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(wordsOf(wordsOf(one).join(' '))).toEqual(wordsOf(one));
        for (const word of wordsOf(one)) expect(word).toMatch(/^[\p{L}\p{N}]+$/u);
        expect(tagWord(one) === tagWord(other)).toBe(one === other);
      }),
    );
  });
});
