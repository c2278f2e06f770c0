// Plants in what orders cost besides their goods: taxes and shipping.
import type { Loaded } from '../../../src/folds/aggregate-store.js';
import { altered, noPlant, type Plant } from './plant.js';

/** Orders are taxed and shipped in every run, and nothing else goes wrong. */
const scenario = { hasPayments: true, hasDelivery: true, rates: {} };

const keepsOldRules: Plant = {
  ...noPlant,
  name: 'taxes by the rules that it has seen first',
  scenario,
  aggregates: (aggregates) => {
    let first: Loaded<unknown> | undefined;
    return altered(aggregates, {
      fresh: async (aggregate, stream) => {
        if (stream !== 'tax-rules') return aggregates.fresh(aggregate, stream);
        const now = await aggregates.fresh(aggregate, stream);
        // The opening defines several rules.
        if (first === undefined && now.revision >= 4) first = now;
        return (first ?? now) as typeof now;
      },
    });
  },
};

const shipsForNothing: Plant = {
  ...noPlant,
  name: 'ships an order for nothing',
  scenario,
  commands: (commands) => {
    const { orders } = commands;
    const placeFor = orders.placeFor.bind(orders);
    Object.assign(orders, {
      placeFor: (...[cart, origin]: Parameters<typeof placeFor>) => {
        if (!('lines' in cart) || cart.delivery?.method == null) return placeFor(cart, origin);
        const method = { ...cart.delivery.method, price: 0 };
        return placeFor({ ...cart, delivery: { ...cart.delivery, method } }, origin);
      },
    });
    return commands;
  },
};

export const termsPlants: readonly Plant[] = [keepsOldRules, shipsForNothing];
