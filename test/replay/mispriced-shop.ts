// A shop of many carts in memory, folded by two versions of the pricing, of which the older takes
// half of what a percentage coupon promises.
import type { Pricing, PricingRules } from '../../src/domain/cart/pricing.js';
import { noPayment } from '../../src/domain/cart/events.js';
import { pricingOf, standardRules } from '../../src/domain/cart/pricing.js';
import { existing } from '../controls/cart.js';
import { type CartState, evolve, initialCart } from '../../src/domain/cart/state.js';
import type { CartEvent } from '../../src/domain/cart/events.js';
import { orderOf } from '../../src/domain/order/commands.js';
import type { OrderEvent } from '../../src/domain/order/events.js';
import { type AnyProjection, projectionsOf } from '../../src/projections/registry.js';
import type { ProjectedEvent, ShopEvent } from '../../src/projections/projection.js';
import type { Generation, Row } from '../../src/read-models/table.js';
import type { ReportOptions } from '../../src/replay/report/compare-carts.js';
import { recordedAs } from '../controls/recorded.js';

export const halfRules: PricingRules = {
  version: 1,
  discountOf: (terms, subtotal, left) =>
    terms.discount.kind === 'PERCENTAGE'
      ? Math.floor(standardRules.discountOf(terms, subtotal, left) / 2)
      : standardRules.discountOf(terms, subtotal, left),
};
export const rightRules: PricingRules = { ...standardRules, version: 2 };
export const bothRules: Pricing = pricingOf([halfRules, rightRules]);

const CHECKPOINT = 4_711n;

export class MispricedShop {
  private readonly events: ProjectedEvent[] = [];

  constructor(private readonly projections = projectionsOf(bothRules)) {}

  /** An open cart, or, with an order's id, one that was checked out under the older rules. */
  cart(cartId: string, events: readonly CartEvent[], orderId?: string): void {
    this.add(cartId, events);
    if (orderId === undefined) return;
    const state = events.reduce<CartState>(
      (so, event, revision) => evolve(so, recordedAs(event, revision)),
      initialCart,
    );
    const agreed = { orderId, pricingVersion: 1, contact: null, payment: noPayment };
    const checkedOut = {
      ...{ ...existing(state), id: cartId, ...agreed },
      status: 'CHECKED_OUT' as const,
    };
    const { order } = orderOf(checkedOut, 0, orderId, bothRules);
    const { total } = order;
    const data = { ...agreed, total };
    this.addAt(cartId, { type: 'CartCheckedOut', data }, events.length);
    this.add(orderId, [{ type: 'OrderPlaced', data: order }]);
  }

  order(orderId: string, ...events: readonly OrderEvent[]): void {
    events.forEach((event, index) => this.addAt(orderId, event, index + 1));
  }

  /** With the older carts served and the newer ones standing by. */
  get options(): ReportOptions {
    const tables = new Map<string, Map<string, Row>>();
    const generations = this.projections
      .filter(({ name }) => name === 'cart' || name === 'order-summary')
      .map((projection): Generation => {
        const generation = projection.name === 'cart' ? projection.version : 1;
        tables.set(`${projection.name}/${generation}`, this.fold(projection));
        const status = projection.name === 'cart' && projection.version === 2 ? 'STANDBY' : 'LIVE';
        const { name, version } = projection;
        return {
          name,
          generation,
          version,
          foldHash: null,
          status,
          checkpoint: CHECKPOINT,
          isPaused: false,
          promotedAt: null,
        };
      });
    const tableOf = ({ name, generation }: Generation) =>
      tables.get(`${name}/${generation}`) ?? new Map<string, Row>();
    return {
      rows: {
        generations: () => Promise.resolve(generations),
        load: (generation, _table, keys) =>
          Promise.resolve(new Map([...tableOf(generation)].filter(([key]) => keys.includes(key)))),
        rows: async function* (generation) {
          await Promise.resolve();
          const sorted = [...tableOf(generation)].sort(([a], [b]) => (a < b ? -1 : 1));
          yield* sorted.map(([, row]) => row);
        },
      },
      projections: this.projections,
      pricing: bothRules,
      after: 2,
      now: Date.UTC(2026, 10, 23),
    };
  }

  private add(subject: string, events: readonly ShopEvent[]): void {
    events.forEach((event, revision) => this.addAt(subject, event, revision));
  }

  private addAt(subject: string, event: ShopEvent, revision: number): void {
    const id = `${subject}@${revision}`;
    this.events.push({ ...recordedAs(event, revision), id, subject });
  }

  private fold(projection: AnyProjection): Map<string, Row> {
    const rows = new Map<string, Row>();
    for (const event of this.events) {
      const key = projection.keyOf(event);
      if (key !== undefined) rows.set(key, projection.evolve(rows.get(key), event));
    }
    for (const [key, row] of rows) rows.set(key, projection.complete(row));
    return rows;
  }
}
