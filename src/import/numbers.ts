// Parses amounts and counts of a file exactly. The decimal mark is found from the whole file.
import { AmbiguousFileError } from './file-errors.js';

export type DecimalMark = '.' | ',';

const NUMBER_LIKE = /^-?£? ?\d[\d.,\u00a0 ]{0,20}$/;

/** Finds the decimal mark from all prices of a file. */
export class MarkSurvey {
  private point: string | undefined;
  private comma: string | undefined;
  private either: string | undefined;

  see(price: string): void {
    if (!NUMBER_LIKE.test(price)) return;
    const marks = price.replaceAll(/[^.,]/g, '');
    if (marks === '') return;
    if (marks.includes('.') && marks.includes(',')) this.vote(marks.at(-1) as DecimalMark, price);
    // Only marks between thousands occur twice.
    else if (marks.length > 1) this.vote(marks.startsWith('.') ? ',' : '.', price);
    else if (/(^|\D)[1-9]\d{0,2}[.,]\d{3}$/.test(price)) this.either ??= price;
    else this.vote(marks as DecimalMark, price);
  }

  private vote(mark: DecimalMark, price: string): void {
    if (mark === '.') this.point ??= price;
    else this.comma ??= price;
  }

  /**
   * @param separator the separator of the file's columns
   * @throws AmbiguousFileError
   */
  mark(path: string, separator: string): DecimalMark {
    const { point, comma, either } = this;
    const way = 'use --decimal-mark . or --decimal-mark ,';
    if (point !== undefined && comma !== undefined) {
      throw new AmbiguousFileError(
        `${path} has prices with a decimal point (${point}) and with a decimal comma (${comma}): ${way}`,
      );
    }
    if (comma !== undefined) return ',';
    if (point !== undefined || either === undefined || separator === ',') return '.';
    throw new AmbiguousFileError(
      `${path} does not tell decimals from thousands (${either}): ${way}`,
    );
  }
}

interface Decimal {
  readonly isNegative: boolean;
  readonly whole: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

const forms: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^(-?)£? ?(\d{1,16}|[1-9]\d{0,2}(?:[,\u00a0 ]\d{3})+)(?:\.(\d*?)0*)?$/,
  ',': /^(-?)£? ?(\d{1,16}|[1-9]\d{0,2}(?:[.\u00a0 ]\d{3})+)(?:,(\d*?)0*)?$/,
};

function decimalOf(text: string, mark: DecimalMark): Decimal | undefined {
  const [, sign, grouped, fraction = ''] = forms[mark].exec(text) ?? [];
  if (grouped === undefined) return undefined;
  const whole = grouped.replaceAll(/\D/g, '');
  return whole.length > 16 ? undefined : { isNegative: sign === '-', whole, fraction };
}

/** Undefined unless it is a whole number of at most nine digits. */
export function wholeNumber(text: string, mark: DecimalMark): number | undefined {
  const decimal = decimalOf(text, mark);
  if (decimal === undefined || decimal.fraction !== '' || decimal.whole.length > 9)
    return undefined;
  return decimal.isNegative ? -Number(decimal.whole) : Number(decimal.whole);
}

/** Converts pounds to pence exactly; undefined for fractions of a penny. */
export function penceOf(text: string, mark: DecimalMark): number | undefined {
  return minorUnitsOf(text, mark, 2);
}

/**
 * Converts an amount to minor units exactly; undefined for fractions of one, and beyond 2^53−1.
 *
 * @param digits decimals of the currency
 */
export function minorUnitsOf(text: string, mark: DecimalMark, digits: number): number | undefined {
  const decimal = decimalOf(text, mark);
  if (decimal === undefined || decimal.fraction.length > digits) return undefined;
  const amount =
    Number(decimal.whole) * 10 ** digits + Number(decimal.fraction.padEnd(digits, '0'));
  if (!Number.isSafeInteger(amount)) return undefined;
  return decimal.isNegative ? -amount : amount;
}
