// What addresses, keys and typed suppositions mean.
import { describe, expect, test } from '@jest/globals';
import { instantsIn, localTime } from '../../../web/app/history/local-time.js';
import { addressOf, newest, placeFrom } from '../../../web/app/history/place-in-past.js';
import { steppedBy } from '../../../web/app/history/steps.js';
import { supposedCoupons } from '../../../web/app/history/use-what-if.js';

describe('an address', () => {
  const instant = '2026-11-02T08:00:00.000Z';
  test.each([
    ['', newest],
    ['revision=12', { ...newest, revision: 12 }],
    ['revision=12&from=3', { ...newest, revision: 12, from: 3 }],
    [`at=${encodeURIComponent(instant)}`, { ...newest, instant }],
    [`revision=2&known=${encodeURIComponent(instant)}`, { ...newest, revision: 2, known: instant }],
  ])('“%s” names a moment and is written the same', (address, place) => {
    expect(placeFrom(new URLSearchParams(address))).toEqual(place);
    expect(addressOf(place).toString()).toBe(address);
  });

  test.each(['revision=-1', 'revision=1e9', 'revision=<b>', 'at=yesterday', 'from=NaN', 'known=x'])(
    '“%s” names the newest',
    (address) => {
      expect(placeFrom(new URLSearchParams(address))).toEqual(newest);
    },
  );
});

describe('a field for date and time', () => {
  test.each(['2026-11-02T08:00:00.000Z', '2026-07-31T23:59:59.999Z', '0999-12-31T12:00:00.001Z'])(
    'shows %s so that it is read as the same instant',
    (instant) => {
      expect(localTime(instant)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
      expect(instantsIn(localTime(instant))).toEqual([instant]);
    },
  );

  test('that is not filled in names no instant', () => {
    expect(instantsIn('')).toEqual([]);
  });
});

describe('a key', () => {
  const key = (name: string, shiftKey = false) => ({
    key: name,
    shiftKey,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
  });
  test.each([
    [key('ArrowLeft'), 19],
    [key('ArrowRight'), 21],
    [key('ArrowRight', true), 29],
    [key('ArrowLeft', true), 10],
    [key('PageUp'), 29],
    [key('Home'), 0],
    [key('End'), 29],
    [key('a'), undefined],
    [{ ...key('ArrowLeft'), altKey: true }, undefined],
  ])('%j leads from 20 of 30 to %p', (pressed, revision) => {
    expect(steppedBy(pressed, 20, 30)).toBe(revision);
  });
});

describe('a supposed coupon', () => {
  const supposed = { code: 'X', kind: 'percentage', value: '20', quantities: new Map() } as const;
  test.each([
    [{ ...supposed }, [{ code: 'X', percentageBasisPoints: 2_000 }]],
    [{ ...supposed, value: '12,5' }, [{ code: 'X', percentageBasisPoints: 1_250 }]],
    [
      { ...supposed, kind: 'amount', value: '3.50' } as const,
      [{ code: 'X', amount: { minorUnits: 350, currency: 'GBP' } }],
    ],
    [{ ...supposed, code: '' }, []],
    [{ ...supposed, value: '0' }, undefined],
    [{ ...supposed, value: '101' }, undefined],
    [{ ...supposed, value: 'much' }, undefined],
    [{ ...supposed, kind: 'amount', value: '1e300' } as const, undefined],
  ])('%j is asked as %j', (typed, coupons) => {
    expect(supposedCoupons(typed, 'GBP', 2)).toEqual(coupons);
  });
});
