// Converts stored impact reports to the API's types.
import type { StoredReport } from '../read-models/impact-reports.js';
import type { ReportedCart } from '../replay/report/impact-report.js';
import { type ReportHead, reportHeadOf } from '../replay/report/stored-report.js';
import type { Sum } from '../replay/report/sum.js';
import type { Principal } from './policy.js';
import type * as shown from './types/impact-types.js';
import { money, moneySum } from './types/money.js';

export function shownReport(
  { id, createdAt, carts, head: text }: StoredReport,
  { kind }: Pick<Principal, 'kind'>,
): shown.ImpactReportType {
  const head = reportHeadOf(text);
  const { before, after, compared, orders, customers, names } = head;
  return {
    ...{ id, createdAt, before, after, position: head.checkpoint },
    ...{ comparedCarts: compared.carts, comparedOrders: compared.orders },
    ...{ affectedCarts: carts, affectedOrders: orders },
    ...{ knownCustomers: customers.known, guestCarts: customers.guestCarts },
    totals: head.totals.map(shownTotals),
    byDay: head.byDay.map((sum) => shownShare(sum)),
    byCoupon: largestFirst(head.byCoupon).map((sum) => shownShare(sum)),
    byProduct: largestFirst(head.bySku).map((sum) => shownShare(sum, names)),
    byCustomer:
      kind === 'admin' ? largestFirst(head.byCustomer).map((sum) => shownShare(sum)) : null,
  };
}

type StoredShare = ReportHead['byDay'][number];

/** Whatever the currencies are. */
function largestFirst(shares: readonly StoredShare[]): readonly StoredShare[] {
  const size = ({ difference }: StoredShare) => Math.abs(Number(difference));
  return shares.toSorted((one, other) => size(other) - size(one));
}

function shownShare(
  { key, currency, carts, difference }: StoredShare,
  names: Readonly<Record<string, string>> = {},
): shown.ImpactShare {
  const name = Object.hasOwn(names, key) ? (names[key] ?? null) : null;
  return { key, name, carts, difference: moneySum(BigInt(difference), currency) };
}

function shownTotals({ currency, open, orders }: ReportHead['totals'][number]): shown.ImpactTotals {
  const sum = (amount: Sum) => moneySum(BigInt(amount), currency);
  const change = ({ carts, before, after, difference }: typeof open) => ({
    ...{ carts, before: sum(before), after: sum(after), difference: sum(difference) },
  });
  return {
    ...{ currency, open: change(open), orders: change(orders) },
    ...{ overcharged: sum(orders.overcharged), undercharged: sum(orders.undercharged) },
  };
}

export function shownImpactedCart(
  cart: ReportedCart,
  { kind }: Pick<Principal, 'kind'>,
): shown.ImpactedCart {
  const { cartId, order, customerId, day, lines, coupons, because, currency } = cart;
  const changed = <Changed extends ComparedAmounts>(one: Changed) => ({
    ...one,
    ...amounts(one, currency),
  });
  const parts = (all: typeof because.before) =>
    all.map((part) => ({ ...part, amount: money(part.amount, currency) }));
  return {
    ...{ cartId, orderId: order?.id ?? null, day, ...amounts(cart, currency) },
    customerId: kind === 'admin' ? customerId : null,
    ...{ lines: lines.map(changed), coupons: coupons.map(changed) },
    because: { before: parts(because.before), after: parts(because.after) },
  };
}

interface ComparedAmounts {
  readonly before: number;
  readonly after: number;
  readonly difference: number;
}

function amounts({ before, after, difference }: ComparedAmounts, currency: string) {
  return {
    before: money(before, currency),
    after: money(after, currency),
    difference: money(difference, currency),
  };
}
