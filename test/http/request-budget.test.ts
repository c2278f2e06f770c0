// What one request, and one caller in a second, may make the service do: counted by the rows that
// are shown and the events that are read, before and while they are.
import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { OpenCartState } from '../../src/domain/cart/state.js';
import type { RequestLimits } from '../../src/graphql/budget.js';
import type { ApiServices } from '../../src/graphql/services.js';
import {
  cartId,
  codeOf,
  guestToken,
  openedCart,
  parts,
  post,
  serve,
  type Served,
} from './served.js';

let served: Served | undefined;
afterEach(() => served?.stop());

function cartOf(lines: number, name = 'Lantern'): OpenCartState {
  const portion = { quantity: 1, unitPrice: 100, eventId: cartId, revision: 1 };
  return {
    ...openedCart,
    lines: Array.from({ length: lines }, (_, n) => ({
      sku: `SKU${n}`,
      name,
      addedAt: openedCart.openedAt,
      portions: [portion],
    })),
  };
}

interface Asked {
  folds: number;
  read: number;
}

/** A cart whose history has so many events, each of which is read for every fold. */
function shopWith(cart: OpenCartState, events: number, asked: Asked): ApiServices {
  const cartAt: ApiServices['history']['cartAt'] = async (_id, _at, _known, meter) => {
    asked.folds += 1;
    for (let event = 0; event < events; event += 1) {
      meter?.onEvent();
      asked.read += 1;
    }
    return Promise.resolve(cart);
  };
  const state = () => Promise.resolve(cart);
  return parts({ carts: { ...parts().carts, state }, history: { ...parts().history, cartAt } });
}

async function serveCart(
  cart: OpenCartState,
  { events = 0, limits = {} }: { events?: number; limits?: Partial<RequestLimits> } = {},
) {
  const asked = { folds: 0, read: 0 };
  served = await serve({ services: shopWith(cart, events, asked), requestLimits: limits });
  const { graphqlUrl } = served;
  const ask = (query: string, variables = {}) =>
    post(graphqlUrl, { query, variables }, { 'x-cart-token': guestToken });
  return { ask, asked };
}

const at = (second: number) => `timestamp: "2026-01-01T00:00:${String(second).padStart(2, '0')}Z"`;
const past = (alias: string, second: number, fields: string) =>
  `${alias}: cartAt(cartId: "${cartId}", ${at(second)}) { ${fields} }`;
const money = '{ minorUnits currency decimal }';
const everything = `lines { sku name quantity unitPrice ${money} subtotal ${money} discount ${money} total ${money} addedAt } totals { because { label amount ${money} eventId revision } }`;
const many = (count: number, each: (n: number) => string) =>
  `{ ${Array.from({ length: count }, (_, n) => each(n)).join(' ')} }`;

describe('rows', () => {
  test('of the largest cart, with every field, may be shown', async () => {
    const { ask } = await serveCart(cartOf(1_000));
    const { status, body } = await ask(`{ cart(cartId: "${cartId}") { ${everything} } }`);
    expect([status, body.errors]).toEqual([200, undefined]);
    expect((body.data?.['cart'] as { lines: unknown[] }).lines).toHaveLength(1_000);
  });

  test('are counted over all fields of a request, whatever names and fragments they hide behind', async () => {
    const { ask } = await serveCart(cartOf(1_000));
    const query = `${many(49, (n) => past(`a${n}`, n % 3, '...f'))} fragment f on CartView { ...g } fragment g on CartView { lines { sku total { decimal } } }`;
    const refused = await ask(query);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    expect(refused.body.errors?.[0]?.extensions).toMatchObject({
      maximum: 50_000,
      limit: 'fields',
    });
  });

  test('keep their order, and can be requested one page at a time', async () => {
    const { ask } = await serveCart(cartOf(1_000));
    const skusOf = async (page: string) => {
      const { body } = await ask(`{ cart(cartId: "${cartId}") { lines${page} { sku } } }`);
      return (body.data?.['cart'] as { lines: { sku: string }[] }).lines.map(({ sku }) => sku);
    };
    const all = Array.from({ length: 1_000 }, (_, n) => `SKU${n}`);
    expect(await skusOf('')).toEqual(all);
    expect(await skusOf('(first: 3, offset: 998)')).toEqual(all.slice(998));
    expect(await skusOf('(first: 2)')).toEqual(all.slice(0, 2));
    expect(await skusOf('(offset: 5000)')).toEqual([]);
  });

  test('a page of less than nothing is bad input', async () => {
    const { ask } = await serveCart(cartOf(1));
    for (const page of ['first: -1', 'offset: -1']) {
      const refused = await ask(`{ cart(cartId: "${cartId}") { lines(${page}) { sku } } }`);
      expect([page, codeOf(refused)]).toEqual([page, 'BAD_USER_INPUT']);
    }
  });

  test('are counted in bytes too', async () => {
    const { ask } = await serveCart(cartOf(1_000, '雪'.repeat(200)), {
      limits: { bytes: 500_000 },
    });
    const refused = await ask(`{ cart(cartId: "${cartId}") { lines { name } } }`);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    expect(refused.body.errors?.[0]?.extensions).toMatchObject({
      maximum: 500_000,
      limit: 'bytes',
    });
  });

  test('of carts that are only priced count as well', async () => {
    const { ask } = await serveCart(cartOf(1_000));
    const refused = await ask(many(20, (n) => past(`a${n}`, n, 'totals { total { decimal } }')));
    expect(codeOf(refused)).toBe('QUERY_TOO_COMPLEX');
  });
});

describe('history', () => {
  test('that one request selects many times is read once', async () => {
    const { ask, asked } = await serveCart(cartOf(1), { events: 1_000 });
    const { body } = await ask(many(49, (n) => past(`a${n}`, 0, 'revision')));
    expect([body.errors, asked]).toEqual([undefined, { folds: 1, read: 1_000 }]);
  });

  test('of one request is no more than its limit', async () => {
    const { ask, asked } = await serveCart(cartOf(1), { events: 1_000 });
    const refused = await ask(many(49, (n) => past(`a${n}`, n, 'revision')));
    expect([refused.status, codeOf(refused)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    expect(refused.body.errors?.[0]?.extensions).toMatchObject({
      maximum: 12_000,
      limit: 'events',
    });
    expect(asked.read).toBeLessThanOrEqual(12_000);
  });

  test('of one caller is no more than an allowance a second', async () => {
    const { ask, asked } = await serveCart(cartOf(1), {
      events: 100,
      limits: { eventsPerSecond: 200 },
    });
    const answers = [];
    for (let n = 0; n < 12; n += 1) answers.push(await ask(`{ ${past('a', n, 'revision')} }`));
    const refused = answers.find((answer) => codeOf(answer) === 'RATE_LIMITED');
    expect(refused?.status).toBe(429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(asked.read).toBeLessThan(1_200);
  });
});

describe('commands', () => {
  const commands = (count: number) =>
    `mutation ${many(count, (n) => `a${n}: addItem(input: { cartId: "${cartId}", sku: "A" }) { rejection { code } }`)}`;

  test('of one request cost as much as in requests of their own', async () => {
    served = await serve({ rateLimitPerSecond: 10 });
    const query = `${commands(0).replace('{  }', '{ ...f }')} fragment f on Mutation ${commands(11).replace('mutation ', '')}`;
    const refused = await post(served.graphqlUrl, { query });
    expect([refused.status, codeOf(refused)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  test('cost the same over a websocket', async () => {
    served = await serve({ rateLimitPerSecond: 10 });
    const socket = new WebSocket(served.websocketUrl, ['graphql-transport-ws']);
    await once(socket, 'open');
    const next = async () => {
      const [data] = (await once(socket, 'message')) as [Buffer];
      return JSON.parse(data.toString()) as { type: string; payload: { extensions: unknown }[] };
    };
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await next();
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: commands(11) } }));
    const { type, payload } = await next();
    expect([type, payload[0]?.extensions]).toMatchObject(['error', { code: 'RATE_LIMITED' }]);
    socket.terminate();
  });
});
