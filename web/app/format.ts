// Money, numbers and dates in the reader's own way of writing.
import { instantsAt } from './repeated-hour.ts';

interface Amount {
  readonly decimal: string;
  readonly currency: string;
}

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = `${currency} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(undefined, { style: 'currency', currency, ...options });
  formats.set(key, made);
  return made;
}

/**
 * Exact at any size: the decimal text goes to Intl as it is, and keeps its digits, which are not
 * always those that the browser knows of the currency.
 */
export function money(
  { decimal, currency }: Amount,
  options: Intl.NumberFormatOptions = {},
): string {
  const digits = decimal.split('.')[1]?.length ?? 0;
  const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const shown = options.notation === 'compact' ? options : { ...exact, ...options };
  return formatOf(currency, shown).format(decimal as Intl.StringNumericLiteral);
}

export const moneyWithSign = (amount: Amount): string =>
  money(amount, { signDisplay: 'exceptZero' });

const numbers = new Intl.NumberFormat();
export const number = (value: number): string => numbers.format(value);

/** Of the language of the texts, not of the reader's: Japanese has one form for 1 and 2. */
const plurals = new Intl.PluralRules('en');

/** `{ one: '# item', other: '# items' }` with the number in the place of #. */
export function counted(
  value: number,
  forms: { readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>,
): string {
  return (forms[plurals.select(value)] ?? forms.other).replace('#', number(value));
}

const dateTimes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const preciseTimes = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const offsets = new Intl.DateTimeFormat(undefined, { timeZoneName: 'shortOffset' });

/** Where the clock shows the same time twice that night, its offset tells which of them it is. */
function told(format: Intl.DateTimeFormat, instant: string): string {
  const at = new Date(instant);
  const shown = format.format(at);
  return instantsAt(at).length > 1 ? `${shown} ${offsetOf(at)}` : shown;
}

/** For example `GMT+1`. */
export function offsetOf(at: Date): string {
  return offsets.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

export const dateTime = (instant: string): string => told(dateTimes, instant);
export const date = (instant: string): string => dates.format(new Date(instant));
export const preciseTime = (instant: string): string => told(preciseTimes, instant);
