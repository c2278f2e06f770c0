// The impact of corrected prices: every changed cart, and the differences summed by currency, day,
// coupon, product and customer. A report is made only when all these sums agree.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { jsonAmount } from '../../domain/money.js';
import { canonical } from '../../read-models/canonical.js';
import type { CartImpact } from './impact.js';
import { exactSum, type Sum, sumOf, sumSchema } from './sum.js';

const instant = z.iso.datetime();
const change = { before: z.int(), after: z.int(), difference: z.int() };
const part = z.object({
  label: z.string(),
  amount: z.int(),
  eventId: z.string(),
  revision: z.int(),
});
const sums = z.array(
  z.object({ key: z.string(), currency: z.string(), carts: z.int(), difference: sumSchema }),
);
const changeOfSums = { before: sumSchema, after: sumSchema, difference: sumSchema };
const side = z.object({ generation: z.int(), version: z.int() });

/** Stored format: change only by adding a version. Amounts are in minor units. */
export const reportedCartSchema = z.object({
  cartId: z.string(),
  currency: z.string().length(3),
  customerId: z.string().nullable(),
  order: z.object({ id: z.string(), revision: z.int().nullable() }).nullable(),
  day: z.iso.date(),
  ...change,
  lines: z.array(z.object({ sku: z.string(), name: z.string(), ...change })),
  coupons: z.array(z.object({ code: z.string(), ...change })),
  because: z.object({ before: z.array(part), after: z.array(part) }),
});

/**
 * A report without its carts. Stored format: change only by adding a version. In version 2 a sum
 * may be a string of digits; a report without such a sum is still written as version 1.
 */
export const reportHeadSchema = z.object({
  format: z.literal('cartograph-impact-report'),
  formatVersion: z.literal([1, 2]),
  createdAt: instant,
  /** Commit position in the log up to which both sides were folded. */
  checkpoint: z.string().regex(/^-?\d+$/),
  before: side,
  after: side,
  compared: z.object({ carts: z.int(), orders: z.int() }),
  totals: z.array(
    z.object({
      currency: z.string(),
      open: z.object({ carts: z.int(), ...changeOfSums }),
      orders: z.object({
        carts: z.int(),
        ...changeOfSums,
        /**
         * Total of what customers paid too much, as a positive amount, and of what they paid too
         * little.
         */
        overcharged: sumSchema,
        undercharged: sumSchema,
      }),
    }),
  ),
  customers: z.object({ known: z.int(), guestCarts: z.int() }),
  byDay: sums,
  byCoupon: sums,
  bySku: sums,
  byCustomer: sums,
});

const contentSchema = reportHeadSchema.extend({ carts: z.array(reportedCartSchema) });

export type ReportedCart = z.infer<typeof reportedCartSchema>;
export type ImpactContent = z.infer<typeof contentSchema>;

/** `id` is the SHA-256 of the content, in hexadecimal, so an edited report is detected. */
export type ImpactReport = ImpactContent & { readonly id: string };

export interface ReportFacts {
  readonly createdAt: number;
  readonly checkpoint: bigint;
  readonly before: z.infer<typeof side>;
  readonly after: z.infer<typeof side>;
  readonly compared: { readonly carts: number; readonly orders: number };
}

/** A report whose sums do not agree, that was edited, or that is not a report. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/** The group of differences without a coupon, and of guests. */
const OTHERWISE = '(none)';

/** @throws ReportError when the sums do not agree with each other, which would be a defect */
export function impactReport(facts: ReportFacts, carts: readonly CartImpact[]): ImpactReport {
  const ordered = [...carts].sort(
    (a, b) => Math.abs(b.difference) - Math.abs(a.difference) || (a.cartId < b.cartId ? -1 : 1),
  );
  const guests = carts.filter(({ customerId }) => customerId === null).length;
  const known = new Set(carts.flatMap(({ customerId }) => customerId ?? [])).size;
  const summed = {
    totals: totalsOf(carts),
    byDay: sumsBy(carts, ({ day, difference }) => [[day, difference]]),
    byCoupon: sumsBy(carts, byCoupon),
    bySku: sumsBy(carts, bySku),
    byCustomer: sumsBy(carts, ({ customerId, difference }) => [
      [customerId ?? OTHERWISE, difference],
    ]),
  };
  const content: ImpactContent = {
    format: 'cartograph-impact-report',
    formatVersion: hasDigits(summed) ? 2 : 1,
    createdAt: new Date(facts.createdAt).toISOString(),
    checkpoint: String(facts.checkpoint),
    before: facts.before,
    after: facts.after,
    compared: facts.compared,
    customers: { known, guestCarts: guests },
    ...summed,
    carts: ordered.map((cart) => structuredClone(cart) as ImpactContent['carts'][number]),
  };
  demandAgreement(content);
  return { id: idOf(content), ...content };
}

type Summed = Pick<ImpactContent, 'totals' | 'byDay' | 'byCoupon' | 'bySku' | 'byCustomer'>;

function hasDigits({ totals, byDay, byCoupon, bySku, byCustomer }: Summed): boolean {
  const bySubject = [byDay, byCoupon, bySku, byCustomer].flat().map(({ difference }) => difference);
  const ofAll = totals.flatMap(({ open, orders }) => [
    ...Object.values(open),
    ...Object.values(orders),
  ]);
  return [...bySubject, ...ofAll].some((amount) => typeof amount === 'string');
}

function totalsOf(carts: readonly CartImpact[]): ImpactContent['totals'] {
  const currencies = [...new Set(carts.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const own = carts.filter((cart) => cart.currency === currency);
    const placed = own.filter(({ order }) => order !== null);
    const charged = (sign: number) =>
      sumOf(placed.map(({ difference }) => Math.max(0, sign * difference)));
    return {
      currency,
      open: changeOfAll(own.filter(({ order }) => order === null)),
      orders: { ...changeOfAll(placed), overcharged: charged(-1), undercharged: charged(1) },
    };
  });
}

function changeOfAll(carts: readonly CartImpact[]) {
  return {
    carts: carts.length,
    before: sumOf(carts.map(({ before }) => before)),
    after: sumOf(carts.map(({ after }) => after)),
    difference: sumOf(carts.map(({ difference }) => difference)),
  };
}

type KeyedDifference = readonly [key: string, difference: Sum];

/** A larger discount lowers the total; the rest of the difference has no coupon. */
function byCoupon({ coupons, difference }: CartImpact): KeyedDifference[] {
  const shares = coupons.map(({ code, difference: more }): KeyedDifference => [code, 0 - more]);
  return withRest(shares, difference);
}

function bySku({ lines, difference }: CartImpact): KeyedDifference[] {
  const shares = lines.map(({ sku, difference: share }): KeyedDifference => [sku, share]);
  return withRest(shares, difference);
}

function withRest(shares: readonly KeyedDifference[], difference: number): KeyedDifference[] {
  const rest = jsonAmount(BigInt(difference) - exactSum(shares.map(([, share]) => share)));
  return rest === 0 ? [...shares] : [...shares, [OTHERWISE, rest]];
}

function sumsBy(
  carts: readonly CartImpact[],
  sharesOf: (cart: CartImpact) => readonly KeyedDifference[],
): ImpactContent['byDay'] {
  const found = new Map<string, ImpactContent['byDay'][number]>();
  for (const cart of carts) {
    for (const [key, difference] of sharesOf(cart)) {
      const { currency } = cart;
      const id = JSON.stringify([key, currency]);
      const so = found.get(id) ?? { key, currency, carts: 0, difference: 0 };
      found.set(id, { ...so, carts: so.carts + 1, difference: sumOf([so.difference, difference]) });
    }
  }
  return [...found.values()].sort((a, b) =>
    a.key === b.key ? (a.currency < b.currency ? -1 : 1) : a.key < b.key ? -1 : 1,
  );
}

/** The same money, summed in five ways, must give the same total. */
function demandAgreement(content: ImpactContent): void {
  for (const { currency, open, orders } of content.totals) {
    const expected = exactSum([open.difference, orders.difference]);
    const inCurrency = (rows: readonly { readonly currency: string; readonly difference: Sum }[]) =>
      exactSum(rows.filter((row) => row.currency === currency).map(({ difference }) => difference));
    const counted = [
      inCurrency(content.carts),
      inCurrency(content.byDay),
      inCurrency(content.byCoupon),
      inCurrency(content.bySku),
      inCurrency(content.byCustomer),
      exactSum([orders.undercharged, open.difference]) - BigInt(orders.overcharged),
    ];
    if (counted.every((amount) => amount === expected)) continue;
    throw new ReportError(
      `The sums in ${currency} do not agree: ${expected}, ${counted.join(', ')}`,
    );
  }
}

function idOf(content: ImpactContent): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

/** @throws ReportError for text that is not a report, or was changed after it was written */
export function parseReport(text: string): ImpactReport {
  const { id, ...content } = reportSchema.parse(jsonOf(text));
  if (idOf(content) !== id) {
    throw new ReportError(
      'The report was changed after it was written: its id does not match its content',
    );
  }
  demandAgreement(content);
  return { id, ...content };
}

const reportSchema = {
  parse(value: unknown): ImpactReport {
    const parsed = contentSchema
      .extend({ id: z.string().length(64) })
      .strict()
      .safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join('.') || 'it';
    throw new ReportError(
      `This is not an impact report: ${where} ${issue?.message ?? 'is malformed'}`,
    );
  },
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ReportError('This is not an impact report: it is not JSON');
  }
}
