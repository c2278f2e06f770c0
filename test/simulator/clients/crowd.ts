// Everybody who is about: households of two tabs each, subscribers, support, an operator, a
// merchandiser, and a program that writes to our streams.
import type { ChangeCatalogue } from '../history.js';
import { Administrator, limitedCoupon } from './administrator.js';
import type { Client } from './client.js';
import { BulkBuyer, bulkOf, bulkOpening } from './bulk-buyer.js';
import { Clerk, type Going, termsAtFirst, where } from './clerk.js';
import { DataProtector } from './data-protector.js';
import { Intruder } from './intruder.js';
import { KnownCarts } from './known-carts.js';
import { PlainBuyer } from './plain-buyer.js';
import { Customer, Returner } from './returner.js';
import { type Goods, Household, Shopper } from './shopper.js';
import { Merchandiser, openingOf, Operator, Support } from './staff.js';
import { Subscriber, type Watchable } from './subscriber.js';

export interface CrowdOptions {
  readonly instances: readonly string[];
  readonly households: number;
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** Whether somebody writes to our streams past the service; default: yes. */
  readonly hasIntruder?: boolean;
  /** Whether orders are paid: then people buy, and staff see to their orders; default: no. */
  readonly hasPayments?: boolean;
  /** Whether guests sign in and bring their carts along; default: no. */
  readonly hasClaims?: boolean;
  /** Lines of the carts that somebody fills at once; default: nobody does. */
  readonly bulkLines?: number;
  /** Whether orders are taxed and shipped, where they are paid; default: no. */
  readonly hasDelivery?: boolean;
  /** Whether people are erased, where orders are paid; default: no. */
  readonly hasErasures?: boolean;
  /** In comparison with 10 of a shopper; default: 0.3. */
  readonly operatorEagerness?: number;
  readonly watchable?: Watchable;
}

/** A client, and how often it acts in comparison with the others. */
export type Eager = readonly [eagerness: number, client: Client];

export interface Crowd {
  readonly clients: readonly Eager[];
  readonly known: KnownCarts;
  /** What the shop needs before anybody can buy. */
  readonly opening: readonly ChangeCatalogue[];
  /** Then the units of the products that are tracked. */
  readonly stocking: readonly ChangeCatalogue[];
  /** Then hundreds of further products, some at a time. */
  readonly bulk: readonly (readonly ChangeCatalogue[])[];
  /** Those who buy before anything befalls an instance. */
  readonly early: readonly PlainBuyer[];
}

const goods: Goods = {
  skus: ['APPLE', 'BREAD', 'CHEESE', 'DATES', 'EGGS'],
  codes: ['TENTH', 'THIRD'],
};

/** Of which there is little. */
const scarce: Goods = {
  skus: ['FIG', 'GRAPES'],
  codes: ['LAST'],
};
/** What nobody counts, and whose price changes. */
const common: Goods = { skus: ['APPLE'], codes: ['TENTH'] };
const bought = {
  skus: [...scarce.skus, ...common.skus],
  codes: scarce.codes,
  paymentTokens: [
    ...['tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_declined'],
    ...['tok_timeout', 'tok_flaky', 'tok_lost_answer', 'tok_no_refund'],
  ],
} as const satisfies Goods;
const BUYERS = 2;
/** They only buy, one cart after the other, so that there are many orders. */
const REGULARS = 4;
const emailOf = (name: string) => `${name.replaceAll(' ', '.')}@example.com`;
const regularly = {
  ...{ skus: [...bought.skus, ...common.skus], codes: ['FEW'] },
  ...{ paymentTokens: bought.paymentTokens, sentTwice: 0.12 },
};

export function crowd({
  instances,
  households,
  now,
  hasIntruder = true,
  hasPayments = false,
  hasClaims = false,
  bulkLines = 0,
  hasDelivery = false,
  hasErasures = false,
  operatorEagerness = 0.3,
  watchable,
}: CrowdOptions): Crowd {
  const known = new KnownCarts();
  const first = instances[0] ?? '';
  const staff = (offered: Goods): Eager[] => [
    [3, new Support('support', instances, known)],
    [operatorEagerness, new Operator('operator', instances)],
    [1, new Merchandiser('merchandiser', instances, offered, now)],
    ...(hasIntruder ? [[0.2, new Intruder('intruder', known)] as const] : []),
  ];
  const subscribers = (count: number) =>
    Array.from({ length: count }, (_, index): Eager => {
      return [2, new Subscriber(`subscriber ${index + 1}`, instances, known, watchable)];
    });
  const returners = (eagerness: number, wanted: Goods): Eager[] => {
    const customer = new Customer('carol');
    return ['left', 'right'].flatMap((tab): Eager[] => {
      const name = `returner ${tab}`;
      return hasClaims ? [[eagerness, new Returner(name, customer, instances, wanted, known)]] : [];
    });
  };
  const bulkSkus = bulkOf(bulkLines);
  const bulk = bulkOpening(bulkSkus, first);
  // Eager, for a cart is filled and checked out in a dozen steps while there are faults.
  const bulkBuyer = (eagerness: number, paymentToken?: string): Eager[] =>
    bulkLines > 0
      ? [[eagerness, new BulkBuyer('bulk buyer', instances, bulkSkus, known, paymentToken)]]
      : [];
  if (hasPayments) {
    const going = hasDelivery ? where : {};
    const people = [
      ...buyersOf(instances, known, going),
      ...returners(45, bought),
      ...bulkBuyer(300, 'tok_ok'),
    ];
    if (hasDelivery) people.push([20, new Clerk('clerk', instances, now)]);
    if (hasErasures) people.push([30, new DataProtector('data protector', instances, addresses)]);
    const clients = [...people, ...subscribers(1), ...staff(common)];
    const terms = hasDelivery ? termsAtFirst(first) : [];
    const opening = [...openingOf(common, first), ...scarceOpening(first), ...terms];
    const early = earlyBuyers(instances, known);
    return { clients, known, opening, stocking: stock(first), bulk, early };
  }
  const shoppers = Array.from({ length: households }, (_, index) => {
    const household = new Household();
    return ['left', 'right'].map((tab): Eager => {
      const name = `shopper ${index + 1} ${tab}`;
      return [10, new Shopper(name, household, instances, goods, known)];
    });
  }).flat();
  const people = [...shoppers, ...returners(30, goods), ...bulkBuyer(100)];
  const clients = [...people, ...subscribers(households), ...staff(goods)];
  return {
    clients,
    known,
    opening: openingOf(goods, first),
    stocking: [],
    bulk,
    early: [],
  };
}

/** Few besides them, so that what they do is most of what happens. */
function buyersOf(instances: readonly string[], known: KnownCarts, going: Going): readonly Eager[] {
  const buyers = Array.from({ length: BUYERS }, (_, index): Eager => {
    const name = `buyer ${index + 1}`;
    return [30, new Shopper(name, new Household(), instances, { ...bought, ...going }, known)];
  });
  const regulars = Array.from({ length: REGULARS }, (_, index): Eager => {
    const name = `regular ${index + 1}`;
    const purchases = { ...regularly, ...going, email: emailOf(name), carts: Infinity };
    return [30, new PlainBuyer(name, instances, purchases, known)];
  });
  const administrator = new Administrator('administrator', instances, scarce, known);
  return [...buyers, ...regulars, [70, administrator]];
}

/** Of those who may be erased: some who come again, one who does not, and one of many. */
const addresses = ['regular 1', 'regular 2', 'early buyer 1']
  .map(emailOf)
  .concat('shopper@example.com');

/** Of each ending that an order can have, one at least. */
const earlyTokens = [
  ['tok_ok'],
  ['tok_ok', 'tok_flaky', 'tok_lost_answer', 'tok_no_refund'],
  ['tok_declined'],
  bought.paymentTokens,
];

function earlyBuyers(instances: readonly string[], known: KnownCarts): readonly PlainBuyer[] {
  const skus = ['GRAPES', ...common.skus];
  return earlyTokens.map((paymentTokens, index) => {
    const name = `early buyer ${index + 1}`;
    const purchases = { skus, paymentTokens, email: emailOf(name), carts: 1 };
    return new PlainBuyer(name, instances, purchases, known);
  });
}

function scarceOpening(instance: string): readonly ChangeCatalogue[] {
  const listed = scarce.skus.map((sku, index) => ({
    type: 'ListProduct' as const,
    sku,
    minorUnits: 120 + 75 * index,
  }));
  const limited = [...scarce.codes, ...regularly.codes].map((code, index) =>
    limitedCoupon(code, 1 + 24 * index),
  );
  return [...listed, ...limited].map((change) => ({ kind: 'change catalogue', instance, change }));
}

function stock(instance: string): readonly ChangeCatalogue[] {
  const received = scarce.skus.map((sku, index) => ({
    type: 'ReceiveStock' as const,
    sku,
    quantity: 3 + 9 * index,
  }));
  return received.map((change) => ({ kind: 'change catalogue', instance, change }));
}
