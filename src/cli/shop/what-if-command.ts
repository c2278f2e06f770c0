// `cartograph what-if`: prices the carts of a period with other rules or terms, one by one and in
// total. It reads the log and appends nothing.
import type { Config } from '../../service/config.js';
import { decimal } from '../../domain/money.js';
import type { EventStore } from '../../event-store/event-store.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import {
  type Answer,
  type SupposedCart,
  supposedCarts,
  type SupposedSum,
} from '../../time-travel/supposed-carts.js';
import { CommandFailure, EXIT } from '../exit.js';
import { period } from '../instant.js';
import { print } from '../output.js';
import { type GoingOptions, placeIn, supposedGoing } from './supposed-going.js';
import { supposedTerms } from './supposed-terms.js';
import { patienceOf } from '../patience.js';
import type { WaitOption } from '../wait-option.js';
import { withExistingStore } from '../with-store.js';

export interface WhatIfOptions extends WaitOption, GoingOptions {
  /** A module like that of PRICING_RULES. */
  readonly pricing?: string;
  /** Each `CODE=TERMS`. */
  readonly coupon?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly json: boolean;
}

const prefixes = ['cart-'];

export async function runWhatIf(config: Config, options: WhatIfOptions): Promise<number> {
  const { pricing: module, coupon: coupons = [], json } = options;
  const supposed = [module, options.shipTo, options.shippingMethod, ...coupons];
  if (supposed.every((each) => each === undefined)) {
    const all = '--pricing, --coupon, --ship-to or --shipping-method';
    throw new CommandFailure(EXIT.usage, `Give at least one of ${all}`);
  }
  const place = placeIn(options);
  const patience = patienceOf(options, 'what-if');
  const { from, to } = period(options);
  const otherRules =
    module === undefined ? {} : { otherRules: (await loadPricing(module)).current };
  const question = {
    pricing: await loadPricing(config.pricingRules),
    ...otherRules,
    otherTerms: supposedTerms(coupons),
    from,
    to,
    at: Date.now(),
  };
  const work = async (store: EventStore) => {
    const going = await supposedGoing(store, place, options, question.at);
    const asked = { ...question, going };
    const answer = await supposedCarts(store.readAll({ prefixes }), asked);
    await (json ? print(JSON.stringify(answer)) : printInWords(answer));
    return EXIT.done;
  };
  return withExistingStore(config, work, patience);
}

async function printInWords({ carts, sums, leftOut }: Answer): Promise<void> {
  for (const stream of leftOut) {
    if (!(await print(`${stream} is left out: one of its events is unreadable`))) return;
  }
  for (const cart of carts) if (!(await print(cartText(cart)))) return;
  if (carts.length > 0 && !(await print(''))) return;
  await print(sums.length === 0 ? 'There are no carts in that period.' : sumsText(sums));
}

function cartText({ cartId, orderId, changedAt, ...amounts }: SupposedCart): string {
  const what = orderId === null ? statusInWords[amounts.status] : `order ${orderId}`;
  return `${cartId}  ${new Date(changedAt).toISOString()}  ${changeText(amounts)}  ${what}`;
}

function sumsText(sums: readonly SupposedSum[]): string {
  return sums
    .map(({ status, carts, differing, ...amounts }) => {
      return `${statusInWords[status]}: ${differing} of ${carts} carts differ, in total ${changeText(amounts)}`;
    })
    .join('\n');
}

const statusInWords = {
  OPEN: 'open',
  ABANDONED: 'abandoned',
  MERGED: 'merged',
  CHECKED_OUT: 'checked out',
} as const;

function changeText({
  currency,
  before,
  after,
  difference,
}: Pick<SupposedSum, 'currency' | 'before' | 'after' | 'difference'>): string {
  const sign = difference > 0 ? '+' : '';
  const [was, would, change] = [before, after, difference].map((so) => decimal(so, currency));
  return `${was} → ${would} ${currency} (${sign}${change})`;
}
