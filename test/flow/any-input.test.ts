// Operations over the whole schema, made from a seed and sent by everybody to a running shop, with
// values that it told, that fit, and that are strange: each gets an answer with a code that is
// documented, nothing is an internal error, and the rows are those of the log afterwards.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { readFile } from 'node:fs/promises';
import * as documents from '../../schema/generated/graphql.js';
import { apiCodes } from '../../src/errors/api-codes.js';
import { OperationGenerator } from '../graphql/generated-operations.js';
import { SeededRandomness } from '../simulator/randomness.js';
import { KnownValues } from './any-input/known-values.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

const OPERATIONS = 400;
/** An order is placed before so many operations. */
const EACH = 40;

/** Faults of the environment, of which there are none. */
const unexpected = ['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'TIMEOUT'];

const draw = SeededRandomness.of(20_261_201);
const known = new KnownValues(draw.fork('values'));
let service: ServiceProcess;
let schema: GraphQLSchema;
let orders = 0;
let people: readonly Readonly<Record<string, string>>[];

beforeAll(async () => {
  schema = buildSchema(await readFile('schema/schema.graphql', 'utf8'));
  service = await ServiceProcess.start();
  const roles = ['customer', 'support', 'admin'];
  const tokens = await Promise.all(
    roles.map((role) => service.run('token', '--role', role, '--subject', role)),
  );
  const signedIn = tokens.map((token) => ({ authorization: `Bearer ${token.trim()}` }));
  people = [{}, ...signedIn, ...signedIn.slice(1)];
}, 60_000);
afterAll(() => service.remove());

/**
 * A cart that stays open, and one that becomes an order, unless staff have made that impossible by
 * now: they change prices, rules and what is on sale.
 */
async function shop(): Promise<void> {
  const guest = new Shopper(service);
  for (const isBought of [false, true]) {
    const { cartId, cartToken, shopper } = await guest.open();
    known.keep('cartId', cartId);
    known.keep('cartToken', cartToken);
    const { addItem } = await shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku: '71053' },
    });
    if (!isBought || addItem.cart == null) continue;
    const expectedTotal = addItem.cart.totals.total.minorUnits;
    const { checkout } = await shopper.ask(documents.CheckoutDocument, {
      input: { cartId, expectedTotal, email: 'ann@example.org', paymentToken: 'tok_ok' },
    });
    if (checkout.order == null) continue;
    known.keep('orderId', checkout.order.id);
    orders += 1;
  }
}

interface Sent {
  readonly text: string;
  readonly variables: object;
}

async function send({ text, variables }: Sent): Promise<readonly string[]> {
  const token = draw.chance(0.7) ? known.any('cartToken') : undefined;
  const response = await fetch(service.graphqlUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...draw.pick(people),
      ...(typeof token === 'string' && { 'x-cart-token': token }),
      ...(draw.chance(0.5) && { 'x-access-reason': 'ticket 7' }),
    },
    body: JSON.stringify({ query: text, variables }),
  });
  const answer = (await response.json()) as {
    readonly data?: unknown;
    readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  };
  known.keepAll(answer.data);
  const { errors = [] } = answer;
  const codes = errors.map(({ extensions: { code } }) => String(code));
  const isDocumented = codes.every((code) => code in apiCodes && !unexpected.includes(code));
  const tellsStack = errors.some(({ extensions }) => 'stacktrace' in extensions);
  if (response.status >= 500 || !isDocumented || tellsStack) {
    throw new Error(JSON.stringify({ status: response.status, answer, text, variables }));
  }
  return codes;
}

/** Valid by the schema, so that it is executed. */
function nextOperation(): Sent {
  for (;;) {
    const operation = new OperationGenerator(schema, draw, (type, name) =>
      known.for(type, name),
    ).operation();
    if (isValid(operation)) return operation;
  }
}

function isValid({ text }: Sent): boolean {
  try {
    return validate(schema, parse(text)).length === 0;
  } catch (error) {
    // Half of a surrogate pair as a literal.
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}

test('every operation has an answer that is documented, and the rows are those of the log', async () => {
  let withData = 0;
  for (let sent = 0; sent < OPERATIONS; sent += 1) {
    if (sent % EACH === 0) await shop();
    const codes = await send(nextOperation());
    if (codes.length === 0) withData += 1;
  }
  // A run that is refused everywhere would show nothing.
  expect(withData).toBeGreaterThan(OPERATIONS / 20);
  expect(orders).toBeGreaterThan(0);
  const isFault = (line: string) => /"level":(50|60)/.test(line);
  expect(service.log.split('\n').filter(isFault)).toEqual([]);
  expect((await service.stop()).code).toBe(0);
  expect(await service.runToEnd('verify')).toMatchObject({ code: 0 });
}, 240_000);
