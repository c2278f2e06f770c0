// Parses coupon terms for `cartograph what-if --coupon`, such as `15%` or `5.00GBP from 30.00GBP`.
import type { OtherTerms } from '../../domain/cart/what-if.js';
import { areTerms, normalizedCode } from '../../domain/coupon/decide.js';
import { minorUnitsOf, scaled } from '../../domain/money.js';
import { CommandFailure, EXIT } from '../exit.js';

const written =
  /^(?<off>[\d.]+) ?(?<unit>%|[A-Z]{3})( off)?( from (?<least>[\d.]+) ?(?<currency>[A-Z]{3}))?$/;

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
  const { off = '', unit = '', least, currency = '' } = written.exec(text)?.groups ?? {};
  const takesOff = unit === '%' ? scaled(off, 2) : minorUnitsOf(off, unit);
  const spend = least === undefined ? 0 : minorUnitsOf(least, currency);
  if (takesOff === undefined || spend === undefined) return undefined;
  const terms: OtherTerms = {
    discount:
      unit === '%'
        ? { kind: 'PERCENTAGE', basisPoints: takesOff }
        : { kind: 'AMOUNT', minorUnits: takesOff, currency: unit },
    minimumSpend: least === undefined ? null : { minorUnits: spend, currency },
  };
  return areTerms({ ...terms, validFrom: null, validUntil: null }) ? terms : undefined;
}

function wrong(problem: string): CommandFailure {
  return new CommandFailure(EXIT.usage, `--coupon ${problem}`);
}
