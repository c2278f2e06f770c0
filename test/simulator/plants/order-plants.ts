// Plants in what follows a checkout: orders, payments, refunds, what orders hold, mails, webhooks.
import type { PaymentGateway } from '../../../src/gateways/payment.js';
import type { MailTurn } from '../../../src/mail/mail-log.js';
import type { OrderState } from '../../../src/domain/order/state.js';
import type { ShopCommands } from '../../../src/service/shop-commands.js';
import type { Scenario } from '../scenario.js';
import { altered, noPlant, type Plant } from './plant.js';

/** Orders are paid in every run. */
function planted(name: string, plant: Partial<Plant>): Plant {
  return { ...noPlant, scenario: { hasPayments: true }, ...plant, name };
}

/** With these faults and no others. */
const where = (rates: Scenario['rates']) => ({ scenario: { hasPayments: true, rates } });

const ofGateway = (
  name: string,
  rates: Scenario['rates'],
  plant: (gateway: PaymentGateway) => Partial<PaymentGateway>,
) => planted(name, { ...where(rates), gateway: (gateway) => altered(gateway, plant(gateway)) });

/** What all parts of the shop share is changed in its place. */
const ofCommands = (name: string, plant: (commands: ShopCommands) => void) =>
  planted(name, {
    ...where({}),
    commands: (commands) => {
      plant(commands);
      return commands;
    },
  });

const ANSWERS_LOST = { gatewayAnswerLost: 0.5 };

/** Another key for each attempt after the first. */
function keys(): (key: string) => string {
  const attempts = new Map<string, number>();
  return (key) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    return attempt === 1 ? key : `${key}, attempt ${attempt}`;
  };
}

const chargesUnderNewKeys = ofGateway(
  'charges again under another key',
  ANSWERS_LOST,
  (gateway) => {
    const keyOf = keys();
    return {
      charge: (request, signal) => gateway.charge({ ...request, key: keyOf(request.key) }, signal),
    };
  },
);

const refundsUnderNewKeys = ofGateway(
  'refunds again under another key',
  ANSWERS_LOST,
  (gateway) => {
    const keyOf = keys();
    return {
      refund: (request, signal) => gateway.refund({ ...request, key: keyOf(request.key) }, signal),
    };
  },
);

const recordsTooEarly = ofGateway('records a payment before it happened', {}, (gateway) => ({
  charge: (request, signal) => {
    gateway.charge(request, signal).catch(() => undefined);
    return Promise.resolve({ kind: 'CHARGED', reference: 'soon', amount: request.amount });
  },
}));

const placesTwice = ofCommands('places two orders of one cart', ({ orders }) => {
  const placeFor = orders.placeFor.bind(orders);
  Object.assign(orders, {
    placeFor: async (...[cart, origin]: Parameters<typeof placeFor>) => {
      const placed = await placeFor(cart, origin);
      if ('orderId' in cart) await placeFor({ ...cart, orderId: otherIdOf(cart.orderId) }, origin);
      return placed;
    },
  });
});

const ordersMore = ofCommands('orders a unit more than the cart has', ({ orders }) => {
  const placeFor = orders.placeFor.bind(orders);
  Object.assign(orders, {
    placeFor: (...[cart, origin]: Parameters<typeof placeFor>) => {
      if (!('lines' in cart)) return placeFor(cart, origin);
      const [first, ...others] = cart.lines;
      const portions = first?.portions.map((one) => ({ ...one, quantity: one.quantity + 1 })) ?? [];
      const lines = first === undefined ? others : [{ ...first, portions }, ...others];
      return placeFor({ ...cart, lines }, origin);
    },
  });
});

const holdsNoUnits = ofCommands('closes a cart without its units', ({ checkoutStock }) => {
  Object.assign(checkoutStock, { take: () => Promise.resolve(undefined) });
});

const usesTooLate = ofCommands('uses a coupon once its cart has closed', ({ couponUses }) => {
  Object.assign(couponUses, { take: () => Promise.resolve(undefined) });
});

const releasesForGood = ofCommands('gives back what a placed order holds', ({ orderStock }) => {
  const confirm = orderStock.confirm.bind(orderStock);
  Object.assign(orderStock, {
    confirm: async (order: OrderState) => {
      const refusal = await confirm(order);
      if (refusal === undefined) await orderStock.giveBack(order);
      return refusal;
    },
  });
});

const keepsForEver = ofCommands('keeps what a cancelled order held', ({ orderStock }) => {
  Object.assign(orderStock, { giveBack: () => Promise.resolve() });
});

/** It was fresh when it was read. */
const believesOldOrders = ofCommands('takes an old order for a fresh one', ({ fulfilment }) => {
  const known = new Map<string, OrderState>();
  const freshState = fulfilment.freshState.bind(fulfilment);
  Object.assign(fulfilment, {
    freshState: async (orderId: string) => {
      const order = known.get(orderId) ?? (await freshState(orderId));
      known.set(orderId, order);
      return order;
    },
  });
});

const tellsTokens = ofCommands('writes a payment token to the log', (commands) => {
  const carts = commands.carts.bind(commands);
  Object.assign(commands, {
    carts: (options: Parameters<typeof carts>[0]) => {
      const made = carts(options);
      const checkOut = made.checkOut.bind(made);
      return Object.assign(made, {
        checkOut: (...[request, context, token]: Parameters<typeof checkOut>) =>
          checkOut(request, { ...context, actor: { kind: `payer ${token}` } }, token),
      });
    },
  });
});

/** A second instance is told the same news. */
const mailsAgain = planted('mails again what it has mailed', {
  scenario: { hasPayments: true, instances: 2, isShared: true },
  mailLog: (log) =>
    altered(log, {
      claim: async (...claim) => {
        const turn: MailTurn = await log.claim(...claim);
        return turn === 'sent' ? 'ours' : turn;
      },
      handOver: () => Promise.resolve(true),
    }),
});

/** A second instance plans the same deliveries. */
const postsUnderNewIds = planted('plans a webhook under another id each time', {
  scenario: { hasPayments: true, instances: 2, isShared: true },
  deliveryLog: (log, time) =>
    altered(log, {
      plan: (delivery, now) => log.plan({ ...delivery, id: time.newId() }, now),
    }),
});

const postsOnce = planted('takes a webhook for delivered that was refused', {
  scenario: { hasPayments: true, instances: 1, rates: { webhookFails: 0.3 } },
  deliveryLog: (log) =>
    altered(log, {
      note: (delivery, attempt, next) =>
        log.note(delivery, attempt, { ...next, status: 'DELIVERED' }),
    }),
});

function otherIdOf(id: string): string {
  return `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
}

export const orderPlants: readonly Plant[] = [
  chargesUnderNewKeys,
  refundsUnderNewKeys,
  recordsTooEarly,
  placesTwice,
  ordersMore,
  holdsNoUnits,
  usesTooLate,
  releasesForGood,
  keepsForEver,
  believesOldOrders,
  tellsTokens,
  mailsAgain,
  postsUnderNewIds,
  postsOnce,
];
