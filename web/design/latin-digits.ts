// A number as somebody types it who writes other digits than 0 to 9: ١٢, १२ or １２ are 12.

export function latinDigits(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, valueOf)
    .replace('٫', '.');
}

/** Null for what is no whole number: 1.000 is a thousand to some, and one to others. */
export function wholeNumberIn(typed: string): number | null {
  const text = latinDigits(typed).trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** As `wholeNumberIn`, with a minus before it where it is below zero. */
export function signedNumberIn(typed: string): number | null {
  const [, minus = '', rest = ''] = /^\s*([-−]?)(.*)$/.exec(typed) ?? [];
  const number = wholeNumberIn(rest);
  return number === null || minus === '' ? number : 0 - number;
}

/** Unicode has the ten digits of a script in their order, one after the other. */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}
