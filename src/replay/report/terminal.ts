// Formats the report for a terminal: the sums, and the most affected carts.
import { decimal } from '../../domain/money.js';
import type { ImpactReport } from './impact-report.js';
import { signOf, type Sum } from './sum.js';

const SHOWN = 20;

export function terminalText(report: ImpactReport): string {
  const { before, after, compared, carts } = report;
  const compares = `Carts of version ${before.version} (live) and version ${after.version}, both at position ${report.checkpoint}:`;
  const found =
    carts.length === 0
      ? `none of ${count(compared.carts)} carts differs.`
      : `${count(carts.length)} of ${count(compared.carts)} carts differ.`;
  const parts = [
    `${compares} ${found}`,
    ...report.totals.map(totalsText),
    ...(carts.length === 0 ? [] : [sumsText('By coupon', report.byCoupon)]),
    ...(carts.length === 0 ? [] : [sumsText('By day', report.byDay)]),
    ...(carts.length === 0 ? [] : [hardestHit(report)]),
    `Report ${report.id}`,
  ];
  return parts.join('\n\n');
}

function totalsText({ currency, open, orders }: ImpactReport['totals'][number]): string {
  const amount = (sum: Sum) => `${decimal(BigInt(sum), currency)} ${currency}`;
  return [
    currency,
    `  ${count(orders.carts)} orders: ${amount(orders.before)} → ${amount(orders.after)} (${signed(amount, orders.difference)})`,
    `    customers paid ${amount(orders.overcharged)} too much and ${amount(orders.undercharged)} too little`,
    `  ${count(open.carts)} open carts: ${amount(open.before)} → ${amount(open.after)} (${signed(amount, open.difference)})`,
  ].join('\n');
}

function sumsText(title: string, sums: ImpactReport['byDay']): string {
  const rows = sums.map(({ key, currency, carts, difference }) => [
    key,
    `${count(carts)} carts`,
    signed((sum) => decimal(BigInt(sum), currency), difference),
    currency,
  ]);
  return `${title}\n${table(rows.slice(0, SHOWN))}${more(rows.length)}`;
}

function hardestHit({ carts }: ImpactReport): string {
  const rows = carts.map(({ cartId, order, currency, before, after, difference }) => [
    cartId,
    order === null ? 'open' : 'order placed',
    decimal(before, currency),
    decimal(after, currency),
    signed((sum) => decimal(BigInt(sum), currency), difference),
    currency,
  ]);
  const header = ['cart', '', 'before', 'after', 'difference', ''];
  return `Most affected\n${table([header, ...rows.slice(0, SHOWN)])}${more(rows.length)}`;
}

function more(length: number): string {
  return length > SHOWN ? `\n  … and ${count(length - SHOWN)} more` : '';
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) => row.map((cell, column) => aligned(cell, column, widths[column] ?? 0)).join('  '))
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}

/** Names are left-aligned, numbers right-aligned. */
function aligned(cell: string, column: number, width: number): string {
  return column === 0 || /^[A-Za-z ]*$/.test(cell) ? cell.padEnd(width) : cell.padStart(width);
}

function signed(amount: (sum: Sum) => string, difference: Sum): string {
  return `${signOf(difference) > 0 ? '+' : ''}${amount(difference)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}
