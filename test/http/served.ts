// The HTTP and websocket server on a free port, over parts that a test sets up itself.
import { pino } from 'pino';
import { standardRules } from '../../src/domain/cart/pricing.js';
import { type CartState, initialCart, type OpenCartState } from '../../src/domain/cart/state.js';
import { initialOrder } from '../../src/domain/order/state.js';
import { createSchema } from '../../src/graphql/schema.js';
import type { ApiServices } from '../../src/graphql/services.js';
import type { TokenVerifier } from '../../src/http/credentials.js';
import { Metrics } from '../../src/http/metrics.js';
import { startServer, type HttpServer, type ServerOptions } from '../../src/http/server.js';
import type { Role } from '../../src/tokens/sign-in.js';
import { systemTime } from '../../src/waiting/time.js';
import { unusedWebhooks } from '../controls/webhooks.js';
import { createHash } from 'node:crypto';

export const cartId = '00000000-0000-4000-8000-000000000001';
export const guestToken = 'the-guest-knows';
export const now = Date.parse('2026-11-23T08:00:00.000Z');

export const openedCart: OpenCartState = {
  id: cartId,
  status: 'OPEN',
  currency: 'GBP',
  customerId: null,
  tokenHash: createHash('sha256').update(guestToken).digest('hex'),
  revision: 0,
  openedAt: now,
  updatedAt: now,
  lines: [],
  coupons: [],
};

const stateOf = (id: string): Promise<CartState> =>
  Promise.resolve(id === cartId ? openedCart : initialCart);
const unexpected = () => Promise.reject(new Error('secret detail of a fault'));

/** Every part answers that there is nothing, or fails; a test replaces what it is about. */
export function parts(changes: Partial<ApiServices> = {}): ApiServices {
  const { carts = { state: stateOf }, orders } = changes;
  const ofCart: ApiServices['ownership']['ofCart'] = async (id, mayAct) => {
    const state = await carts.state(id);
    return state.id !== null && mayAct(state);
  };
  return {
    carts: {
      state: stateOf,
      freshState: (id) => Promise.resolve(id === cartId ? openedCart : initialCart),
      open: unexpected,
      change: unexpected,
      checkOut: unexpected,
      fork: unexpected,
      linesAdded: unexpected,
      deliveryOffers: () => Promise.resolve(undefined),
    },
    fulfilment: { ship: unexpected, cancel: unexpected, refund: unexpected },
    claims: { claim: unexpected, reportOf: unexpected },
    catalogue: {
      freshState: unexpected,
      list: unexpected,
      changePrice: unexpected,
      delist: unexpected,
      revise: unexpected,
      restore: unexpected,
      planPrice: unexpected,
      dropPlannedPrice: unexpected,
      takeUpPrices: unexpected,
      set: unexpected,
    },
    coupons: { define: unexpected, withdraw: unexpected },
    shipping: { all: unexpected, offer: unexpected, define: unexpected, withdraw: unexpected },
    personalTexts: { openText: unexpected },
    tax: { all: unexpected, ofPlace: unexpected, define: unexpected, withdraw: unexpected },
    stock: { freshState: unexpected, receive: unexpected, adjust: unexpected },
    orders: {
      state: () => Promise.resolve(initialOrder),
      freshState: () => Promise.resolve(initialOrder),
    },
    reactions: [],
    replays: {
      place: unexpected,
      stopRunning: () => Promise.resolve(false),
      onChange: () => () => undefined,
      records: {
        list: () => Promise.resolve([]),
        get: () => Promise.resolve(null),
        reports: { list: unexpected, get: unexpected, carts: unexpected },
      },
    },
    webhooks: unusedWebhooks,
    erasure: { erase: unexpected },
    people: { whoGave: unexpected },
    rulesInForce: () => standardRules,
    reads: {
      accesses: unexpected,
      cart: () => Promise.resolve(null),
      cartAndDoubt: () => Promise.resolve([null, false]),
      carts: unexpected,
      order: () => Promise.resolve(null),
      product: () => Promise.resolve(null),
      products: unexpected,
      productsOf: () => Promise.resolve([]),
      coupons: unexpected,
      orders: unexpected,
      revenue: () => Promise.resolve([]),
      cartsOfCustomer: unexpected,
      openCartsOf: () => Promise.resolve([]),
      availableUnits: () => Promise.resolve(new Map()),
      isDoubtful: () => Promise.resolve(false),
    },
    reports: {
      byDay: unexpected,
      byHour: unexpected,
      currencies: unexpected,
      funnel: unexpected,
      products: unexpected,
      coupons: unexpected,
    },
    timeZone: 'UTC',
    progress: {
      status: () => [],
      onProgress: () => () => undefined,
      reached: () => Promise.resolve(true),
    },
    driftOf: () => null,
    log: { page: unexpected, event: unexpected, eventAt: unexpected, tail: () => new Parked() },
    productHistory: { page: unexpected, lastOf: unexpected },
    history: {
      cartAt: () => Promise.resolve(null),
      explanation: () => Promise.resolve(null),
      explanationAtRevision: () => Promise.resolve(null),
      cartAtRevision: () => Promise.resolve(null),
      confirm: unexpected,
      timeline: unexpected,
      countEntries: unexpected,
      statesAfter: unexpected,
      diff: unexpected,
      diffOfRevisions: unexpected,
    },
    live: {
      cartChanges: () => new Parked(),
      orderChanges: () => new Parked(),
    },
    accessLog: { record: () => Promise.resolve() },
    ownership: {
      ofCart,
      ofOrder: async (id, mayAct) => ofCart((await orders?.state(id))?.cartId ?? id, mayAct),
    },
    time: { ...systemTime, now: () => now },
    countCommand: () => undefined,
    ...changes,
  };
}

/** An iterator that never has anything, and ends when it is returned. */
export class Parked implements AsyncIterableIterator<never> {
  static open = 0;
  private settle: (result: IteratorResult<never>) => void = () => undefined;

  constructor() {
    Parked.open += 1;
  }

  next(): Promise<IteratorResult<never>> {
    return new Promise((resolve) => (this.settle = resolve));
  }

  return(): Promise<IteratorResult<never>> {
    Parked.open -= 1;
    this.settle({ done: true, value: undefined });
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Believes `role:subject:expiry`, where the expiry is in milliseconds from now. */
export const verify: TokenVerifier = (jwt) => {
  const [role = '', subject = '', leftMs = '60000'] = jwt.split(':');
  if (role === 'away') return Promise.reject(new TypeError('fetch failed'));
  if (!['customer', 'support', 'admin'].includes(role) || subject === '') {
    return Promise.reject(new Error('signature mismatch'));
  }
  return Promise.resolve({ role: role as Role, subject, expiresAt: Date.now() + Number(leftMs) });
};

export interface Served extends HttpServer {
  readonly logged: Record<string, unknown>[];
  readonly graphqlUrl: string;
  readonly websocketUrl: string;
}

export async function serve(options: Partial<ServerOptions> = {}): Promise<Served> {
  const logged: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    production: false,
    allowedOrigins: [],
    trustedProxies: [],
    rateLimitPerSecond: 100_000,
    socketLimit: 1_000,
    // The whole suite holds with both: GRAPHQL_EXECUTOR=reference npm test -- test/http
    graphqlExecutor: process.env['GRAPHQL_EXECUTOR'] === 'reference' ? 'reference' : 'compiled',
    schema: await createSchema(),
    services: parts(),
    verify,
    readiness: [],
    metrics: new Metrics(() => []),
    log,
    ...options,
  });
  const graphqlUrl = `${server.url}/graphql`;
  return { ...server, logged, graphqlUrl, websocketUrl: graphqlUrl.replace('http', 'ws') };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: { message: string; extensions: { code: string } }[];
  };
}

/** The body must be JSON whatever the status is. */
export async function answer(response: Response): Promise<Answer> {
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, headers: response.headers, body };
}

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answer(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}

export const codeOf = ({ body }: Answer) => body.errors?.[0]?.extensions.code;
