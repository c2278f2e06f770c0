// `cartograph bench-fill`: parses the size of the log, and prints what was appended.
import { fillLog } from '../../fill/fill-log.js';
import type { FilledSize } from '../../fill/filled-log.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import type { Config } from '../../service/config.js';
import { CommandFailure, EXIT } from '../exit.js';
import { print } from '../output.js';
import { progressBar } from '../progress-bar.js';
import { wholeNumber } from '../whole-number.js';
import { withStore } from '../with-store.js';

export interface BenchFillOptions {
  readonly events: string;
  readonly carts: string;
  readonly products: string;
  readonly coupons: string;
  readonly couponUses: string;
  readonly seed: string;
  readonly json: boolean;
}

const MOST = 1_000_000_000;
const MOST_SEED = 2 ** 32 - 1;

export async function runBenchFill(config: Config, options: BenchFillOptions): Promise<number> {
  const size = sizeOf(options);
  const pricing = await loadPricing(config.pricingRules);
  const bar = progressBar('events');
  try {
    const summary = await withStore(config, (store) =>
      fillLog(store, size, pricing, (events) => bar.show(events, Math.max(events, size.events))),
    );
    bar.end();
    const { events, appends } = summary;
    const number = (value: number) => value.toLocaleString('en-GB');
    const words = `${number(events)} events appended in ${number(appends)} appends.`;
    await print(options.json ? JSON.stringify(summary) : words);
    return EXIT.done;
  } finally {
    bar.end();
  }
}

/** @throws CommandFailure */
function sizeOf(options: BenchFillOptions): FilledSize {
  const { events, carts, products, coupons, couponUses, seed } = options;
  const size = {
    events: wholeNumber('--events', events, MOST),
    carts: wholeNumber('--carts', carts, MOST),
    products: wholeNumber('--products', products, MOST),
    coupons: wholeNumber('--coupons', coupons, MOST),
    couponUses: wholeNumber('--coupon-uses', couponUses, MOST),
    seed: wholeNumber('--seed', seed, MOST_SEED),
  };
  const problem = problemOf(size);
  if (problem !== undefined) throw new CommandFailure(EXIT.usage, problem);
  return size;
}

function problemOf({ carts, products, coupons, couponUses }: FilledSize): string | undefined {
  if (carts > 0 && products === 0) return '--carts needs --products: a cart has lines';
  if (couponUses > 0 && coupons === 0) return '--coupon-uses needs --coupons';
  if (couponUses > carts) return '--coupon-uses must be at most --carts: an order uses one coupon';
  return undefined;
}
