// Names that people type, in each spelling that one has: with accents of two kinds, letters of full
// width, other spaces, and characters that nobody sees.
import { describe, expect, test } from '@jest/globals';
import { skuIn } from '../../src/import/orders/order-texts.js';
import { couponCodeOf, emailOf, skuOf } from '../../src/graphql/input-rules.js';

describe('an article number', () => {
  test.each([
    ['an accent after its letter', 'CAFE\u0301 1'],
    ['a space that does not break', 'CAF\u00c9\u00a01'],
    ['a wide space', 'CAF\u00c9\u30001'],
  ])('with %s is the same one', (_what, sku) => {
    expect(skuOf(sku)).toBe('CAF\u00c9 1');
    expect(skuIn(sku, 'A name')).toBe('CAF\u00c9 1');
    expect(skuIn('', sku)).toBe('CAF\u00c9 1');
  });

  test('in small letters is another one, and one with a hidden character is refused', () => {
    expect(skuOf('85123a')).not.toBe(skuOf('85123A'));
    expect(() => skuOf('CAF\u200bE')).toThrow('sku must be');
  });
});

describe('a coupon code', () => {
  test.each([
    ['in small letters', 'summer10'],
    ['of full width', '\uff33\uff35\uff2d\uff2d\uff25\uff32\uff11\uff10'],
    ['between spaces', ' SUMMER10\u00a0'],
    ['copied with a zero-width space', 'SUMMER\u200b10'],
    ['copied with a byte order mark', '\ufeffSUMMER10'],
    ['copied with a soft hyphen', 'SUMMER\u00ad10'],
  ])('%s is the same one', (_what, code) => expect(couponCodeOf(code)).toBe('SUMMER10'));

  test.each(['', ' \u200b', 'A'.repeat(41)])('%j is none', (code) => {
    expect(() => couponCodeOf(code)).toThrow('code must be');
  });
});

describe('an e-mail address', () => {
  test.each([
    ['with the space that a phone adds', 'ann@example.org '],
    ['between spaces', ' \u00a0ann@example.org\u3000'],
    ['copied with a zero-width space', 'ann@example.org\u200b'],
    ['copied with a byte order mark', '\ufeffann@example.org'],
  ])('%s is the address', (_what, email) => expect(emailOf(email)).toBe('ann@example.org'));

  test.each(['ann @example.org', 'ann@example.org bob@example.org', ' @example.org', ' '])(
    '%j is none',
    (email) => {
      expect(() => emailOf(email)).toThrow('email must be');
    },
  );
});
