// Parses coupon terms for `cartograph what-if --coupon`, such as `15%`,
// `5.00GBP from 30.00GBP` or `1 of every 3 units free`.
import type { OtherTerms } from '../../domain/cart/what-if.js';
import { openTerms } from '../../domain/cart/coupon-terms.js';
import { normalizedCode } from '../../domain/coupon/decide.js';
import { areTerms } from '../../domain/coupon/valid-terms.js';
import { minorUnitsOf, scaled } from '../../domain/money.js';
import { CommandFailure, EXIT } from '../exit.js';

const spend = /( from (?<least>[\d.]+) ?(?<currency>[A-Z]{3}))?$/.source;
const reduces = new RegExp(`^(?<off>[\\d.]+) ?(?<unit>%|[A-Z]{3})( off)?${spend}`);
const frees = new RegExp(`^(?<free>\\d{1,9}) of every (?<group>\\d{1,9}) units free${spend}`);

/**
 * @param texts each `CODE=TERMS`
 * @throws CommandFailure for invalid terms, and for two terms of one code
 */
export function supposedTerms(texts: readonly string[]): ReadonlyMap<string, OtherTerms> {
  const terms = new Map<string, OtherTerms>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const code = normalizedCode(text.slice(0, Math.max(0, equals)));
    const parsed = termsOf(text.slice(equals + 1).trim());
    if (code === '' || parsed === undefined) {
      throw wrong(`${text} is not like WELCOME10=15% or "FIVER=5.00GBP from 30.00GBP"`);
    }
    if (terms.has(code)) throw wrong(`${code} is given twice`);
    terms.set(code, parsed);
  }
  return terms;
}

function termsOf(text: string): OtherTerms | undefined {
  const {
    least,
    currency = '',
    ...off
  } = reduces.exec(text)?.groups ?? frees.exec(text)?.groups ?? {};
  const discount = discountOf(off);
  const minorUnits = least === undefined ? 0 : minorUnitsOf(least, currency);
  if (discount === undefined || minorUnits === undefined) return undefined;
  const minimumSpend = least === undefined ? null : { minorUnits, currency };
  const terms = { discount, minimumSpend };
  return areTerms({ ...openTerms, ...terms }) ? terms : undefined;
}

function discountOf({
  off = '',
  unit = '',
  free,
  group,
}: Readonly<Record<string, string>>): OtherTerms['discount'] | undefined {
  if (free !== undefined) {
    return { kind: 'FREE_UNITS', buy: Number(group) - Number(free), free: Number(free) };
  }
  const takesOff = unit === '%' ? scaled(off, 2) : minorUnitsOf(off, unit);
  if (takesOff === undefined) return undefined;
  return unit === '%'
    ? { kind: 'PERCENTAGE', basisPoints: takesOff }
    : { kind: 'AMOUNT', minorUnits: takesOff, currency: unit };
}

function wrong(problem: string): CommandFailure {
  return new CommandFailure(EXIT.usage, `--coupon ${problem}`);
}
