// What expressions of .NET match, in the notation of JavaScript.
import { describe, expect, test } from '@jest/globals';
import { patternOf } from '../src/read/pattern.js';

describe('options', () => {
  test.each<[pattern: string, matched: readonly string[], others: readonly string[]]>([
    ['(?i)^cart-', ['cart-1', 'CART-1'], ['a-cart-1']],
    ['^ca(?i)rt-x', ['cart-x', 'caRT-X'], ['CArt-x']],
    // It holds on behind a bar, to the end of its group.
    ['^(?:a(?i)b|c)d$', ['abd', 'aBd', 'cd', 'Cd'], ['aBD', 'Abd']],
    ['^a(?i)b|^c', ['ab', 'aB', 'c', 'C'], ['Ab']],
    ['^(a(?i)b)c$', ['aBc'], ['aBC']],
    ['^a(?i:b)c$', ['abc', 'aBc'], ['aBC', 'ABc']],
    ['(?i)^a(?-i)b(?i)c$', ['abc', 'AbC'], ['aBc']],
    ['(?i)^[a-c]+$', ['abC', 'CBA'], ['abd']],
    ['(?i)^[^a]$', ['b', 'B'], ['a', 'A']],
    [String.raw`(?i)^(\w)\1$`, ['aA', 'bb'], ['ab']],
    ['(?im)^b$', ['a\nB\nc'], ['a\nbc']],
    ['^b$', ['b', 'b\n'], ['a\nb', 'b\nc', 'b\r']],
    ['(?m)^b$', ['a\nb\nc'], ['a\rb']],
    ['a.c', ['abc', 'a\rc', 'a\u2028c'], ['a\nc']],
    ['(?s)a.c', ['a\nc'], ['ac']],
    ['a(?s:.)c.d', ['a\ncxd'], ['a\nc\nd']],
    ['(?x) ^ cart - # the category\n \\d+ $', ['cart-12'], ['cart - 12']],
    ['(?x)a\\ b[ ]c', ['a b c'], ['abc']],
    ['(?n)(a)(?<b>b)\\k<b>', ['abb'], ['aba']],
    ['a(?#what follows)b', ['ab'], ['a']],
  ])('%s', (expression, matched, others) => {
    const pattern = patternOf(expression);
    expect(matched.filter((text) => !pattern.test(text))).toEqual([]);
    expect(others.filter((text) => pattern.test(text))).toEqual([]);
  });
});

describe('pieces', () => {
  test.each<[pattern: string, matched: readonly string[], others: readonly string[]]>([
    [String.raw`^\d+$`, ['12', '٣'], ['a', '']],
    [String.raw`^\w+$`, ['a_1', 'корзина', '購物車'], ['a-b', 'a b']],
    [String.raw`^\W\D\S$`, ['-aa'], ['aaa', '-1a', '-a ']],
    [String.raw`\bкот\b`, ['мой кот'], ['котик']],
    [String.raw`a\Bb`, ['ab'], ['a b']],
    [String.raw`\Aa\z`, ['a'], ['a\n', 'ba']],
    [String.raw`\Aa\Z`, ['a', 'a\n'], ['a\n\n']],
    [String.raw`^[a-z-[aeiou]]+$`, ['xyz'], ['xaz']],
    [String.raw`^[^a-c-[x]]+$`, ['dez'], ['a', 'x']],
    [String.raw`^[]a]+$`, [']a'], ['b']],
    [String.raw`^[^]a]+$`, ['bc'], [']']],
    [String.raw`^[\w.-]+$`, ['a.b-c'], ['a b']],
    [String.raw`^[\W\d]+$`, ['-1'], ['a']],
    [String.raw`^[a\-z]+$`, ['a-z'], ['b']],
    ['^[&&!!--]+$', ['&!-'], ['a']],
    ['^[[]$', ['['], ['a']],
    ['a{,2}', ['a{,2}'], ['aa']],
    ['a{', ['a{'], ['a']],
    ['^a{2}$', ['aa'], ['a{2}']],
    ['a}b]', ['a}b]'], ['ab']],
    [String.raw`\x41\u0042\e\a\0`, ['AB\u001b\u0007\0'], ['AB']],
    [String.raw`shop\-cart\/x\#\ y`, ['shop-cart/x# y'], ['shop']],
    [String.raw`^\p{Lu}\P{Lu}$`, ['Ab'], ['AB']],
    [String.raw`^(?<kind>a|b)\k<kind>$`, ['aa'], ['ab']],
    [String.raw`^(?'kind'a|b)\k'kind'$`, ['bb'], ['ab']],
    [String.raw`^(?<named>x)(a)\1$`, ['xaa'], ['xax']],
    ['^(?>a+)b', ['aab'], ['ab'.repeat(0)]],
    ['^(?>a|ab)c$', ['ac'], ['abc']],
    ['(?<=cart-)1(?!2)(?=3)(?<!x)', ['cart-13'], ['cart-12']],
    ['^a*?b+?$', ['aab'], ['aa']],
    ['🛒{2}', ['🛒🛒'], ['🛒']],
  ])('%s', (expression, matched, others) => {
    const pattern = patternOf(expression);
    expect(matched.filter((text) => !pattern.test(text))).toEqual([]);
    expect(others.filter((text) => pattern.test(text))).toEqual([]);
  });

  test.each([
    '(',
    ')',
    '(?',
    '(?y)',
    '(?<',
    '[',
    '[a',
    '[a-z-[b]c]',
    '*',
    'a**',
    '\\',
    '\\y',
    '\\_',
    '\\é',
    '[z-a]',
    String.raw`[a-\d]`,
    String.raw`\1`,
    String.raw`\k<none>`,
    '(?(a)b|c)',
  ])('%s is none', (expression) => {
    expect(() => patternOf(expression)).toThrow(SyntaxError);
  });
});
