// Two builds of the shop that price differently: the first forgets every discount, the second knows
// both prices, as a build does that corrects one.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import * as documents from '../../schema/generated/graphql.js';

const WRONG = '{ version: 1, discountOf: () => 0 }';
const RIGHT = `{
  version: 2,
  discountOf: (terms, subtotal) => Math.floor((subtotal * terms.discount.basisPoints) / 10_000),
}`;

/** Settings of a build; the service keeps the object, so that `deploy` shows at its next start. */
export class Build {
  readonly environment: Record<string, string> = {};

  private constructor(private readonly folder: string) {}

  static async first(folder: string): Promise<Build> {
    const build = new Build(folder);
    await build.use('first.mjs', WRONG);
    return build;
  }

  async deploySecond(): Promise<void> {
    await this.use('second.mjs', WRONG, RIGHT);
  }

  private async use(file: string, ...rules: readonly string[]): Promise<void> {
    const path = join(this.folder, file);
    await writeFile(path, `export const rules = [${rules.join(', ')}];\n`);
    this.environment['PRICING_RULES'] = path;
  }
}

const SKU = '85123A';
const QUANTITY = 4;
/** A reader leaves the machine to what it watches. */
const LOOK_MS = 5;

/** A cart to look at, and its total under each of the two builds, in minor units. */
export interface WatchedCart {
  readonly cartId: string;
  readonly wrong: number;
  readonly right: number;
}

/** Resolves once queries show the full cart: the read model may lag behind the answer. */
export async function fillCart(shopper: Shopper, cartId: string): Promise<WatchedCart> {
  const item = { cartId, sku: SKU, quantity: QUANTITY };
  await shopper.ask(documents.AddItemDocument, { input: item });
  const coupon = { cartId, code: 'WELCOME10' };
  const { applyCoupon } = await shopper.ask(documents.ApplyCouponDocument, { input: coupon });
  if (applyCoupon.cart == null) throw new Error(JSON.stringify(applyCoupon));
  const { revision: minRevision, totals } = applyCoupon.cart;
  await shopper.ask(documents.CartDocument, { cartId, minRevision, timeoutMs: 10_000 });
  const subtotal = totals.subtotal.minorUnits;
  return { cartId, wrong: subtotal, right: subtotal - Math.floor(subtotal / 10) };
}

/** A shop that sold one cart with the first build, and runs the second since. */
export interface CorrectedShop {
  readonly service: ServiceProcess;
  /** Whose cart is watched. */
  readonly shopper: Shopper;
  readonly watched: WatchedCart;
  /** Ends the service, and removes what it left. */
  remove(): Promise<void>;
}

interface CorrectedShopOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** What else happens while the first build runs. */
  readonly before?: (service: ServiceProcess) => Promise<void>;
}

export async function correctedShop({
  settings = {},
  before,
}: CorrectedShopOptions = {}): Promise<CorrectedShop> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-corrected-'));
  const build = await Build.first(folder);
  Object.assign(build.environment, settings);
  const service = await ServiceProcess.start(build.environment);
  const { shopper, cartId } = await new Shopper(service).open();
  const watched = await fillCart(shopper, cartId);
  await before?.(service);
  await service.stop();
  await build.deploySecond();
  await service.restart();
  const remove = async () => {
    await service.remove();
    await rm(folder, { recursive: true });
  };
  return { service, shopper, watched, remove };
}

/** Looks at a cart again and again; whatever is torn or fails rejects. */
export class Reader {
  /** Totals in the order in which they were seen, each once until another one is. */
  readonly seen: number[] = [];
  reads = 0;
  private isOver = false;
  private readonly reading: Promise<void>;
  private wake: () => void = () => undefined;

  constructor(
    private readonly shopper: Shopper,
    private readonly cartId: string,
  ) {
    this.reading = this.readOn();
    // It is awaited by `end`, also when it fails long before that.
    this.reading.catch(() => this.wake());
  }

  /** Resolves once it has seen that total; rejects if a read fails before. */
  async sees(total: number): Promise<void> {
    while (this.seen.at(-1) !== total) {
      const next = new Promise<void>((resolve) => (this.wake = resolve));
      await Promise.race([next, this.reading]);
      if (this.isOver) throw new Error(`It never saw ${total}, but ${this.seen.join(', ')}`);
    }
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.reading;
  }

  private async readOn(): Promise<void> {
    while (!this.isOver) {
      const { cart } = await this.shopper.ask(documents.CartDocument, { cartId: this.cartId });
      this.reads += 1;
      if (cart == null) throw new Error(`Cart ${this.cartId} is gone`);
      const { total, subtotal, discount } = cart.totals;
      const lines = cart.lines.reduce((sum, line) => sum + line.total.minorUnits, 0);
      const isWhole = lines === total.minorUnits;
      if (!isWhole || subtotal.minorUnits - discount.minorUnits !== total.minorUnits) {
        throw new Error(`A torn read: ${JSON.stringify(cart)}`);
      }
      if (this.seen.at(-1) !== total.minorUnits) this.seen.push(total.minorUnits);
      this.wake();
      await delay(LOOK_MS);
    }
  }
}

/** Runs a command of the program on the service's data, and answers what it printed. */
export function replay(service: ServiceProcess, ...args: string[]): Promise<string> {
  return service.run('replay', ...args);
}
