// Expressions that backtrack without end, or take long to compile: they end, and with a status.
import { describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { BoundedPattern } from '../src/read/bounded-pattern.js';

const ENDLESS = ['(a+)+$', '(a|a)*$', '(a*)*b', '^(?=(a+)+$)', String.raw`^(\w+\s?)*$`];
const LARGE = [
  String.raw`\b`.repeat(1_000),
  String.raw`\w`.repeat(2_000),
  '('.repeat(2_500) + ')'.repeat(2_500),
  `(?x)${' '.repeat(100_000)}a`,
];
const text = `${'a'.repeat(40)}!`;
const tooSlow = expect.objectContaining({ code: status.RESOURCE_EXHAUSTED });

describe('an expression that takes too long', () => {
  test.each(ENDLESS)('%s', (expression) => {
    const pattern = new BoundedPattern(expression);
    // Those before it count, and it is not tried again.
    expect(pattern.test('b')).toBe(new RegExp(expression).test('b'));
    expect(() => pattern.test(text)).toThrow(tooSlow);
    expect(() => pattern.test('c')).toThrow(tooSlow);
  });

  test.each(LARGE.map((expression) => [expression.slice(0, 10), expression]))(
    'many times %s',
    (_, expression) => {
      expect(() => new BoundedPattern(expression).test(text)).toThrow(tooSlow);
    },
  );

  test('a cheap one on a name as long as a book', () => {
    const pattern = new BoundedPattern('x*x*y');
    expect(() => pattern.test('x'.repeat(1_000_000))).toThrow(tooSlow);
  });

  test('within a page', () => {
    const pattern = new BoundedPattern('(a+)+$');
    expect(() => pattern.testAhead(['b', text, 'c'])).toThrow(tooSlow);
  });
});

test('an invalid expression is refused', () => {
  expect(() => new BoundedPattern('(')).toThrow(SyntaxError);
});

test('any other gives the same results ahead and one by one, again and again', () => {
  const names = Array.from({ length: 2_000 }, (_, n) => `${n % 3 === 0 ? 'cart' : 'order'}-${n}`);
  const long = `cart-${'9'.repeat(5_000)}`;
  const pattern = new BoundedPattern('^cart-[0-9]+$');
  const expected = [...names, long].map((name) => name.startsWith('cart'));
  for (let page = 0; page < names.length; page += 256) {
    pattern.testAhead(names.slice(page, page + 256));
  }
  for (let turn = 0; turn < 2; turn++) {
    expect([...names, long].map((name) => pattern.test(name))).toEqual(expected);
  }
});
