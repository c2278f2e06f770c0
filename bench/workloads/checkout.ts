// A checkout whose products are all tracked for stock: with 10 lines, one caller and then 32, and
// with 600 lines. Every checkout holds its units before it answers, while the order of the one
// before is paid. Carts with the same products wait for each other's stock.
import { execFileSync } from 'node:child_process';
import { cartographScript, startCartograph } from '../cartograph-process.js';
import { GraphQLClient } from '../http-load.js';
import { type Figure, median, milliseconds, perSecond, type Workload } from '../workload.js';

const isSmall = process.argv.includes('--small');
const LINES = 10;
const LONG_LINES = isSmall ? 60 : 600;
const CHECKOUTS = isSmall ? 8 : 200;
const LONG_CHECKOUTS = isSmall ? 2 : 9;
const CALLERS = 32;
const UNITS = 1_000_000;
const PRICE = 250;
/** Lines that one mutation adds. */
const TOGETHER = 200;

interface FilledCart {
  readonly id: string;
  readonly token: string;
  readonly total: number;
}

const skuAt = (index: number) => `TRACKED-${String(index).padStart(4, '0')}`;

const headersOf = (jwt: string) => ({ authorization: `Bearer ${jwt}` });

async function stockShop(client: GraphQLClient, jwt: string): Promise<void> {
  const headers = headersOf(jwt);
  for (let begin = 0; begin < LONG_LINES; begin += CALLERS) {
    const skus = Array.from({ length: Math.min(CALLERS, LONG_LINES - begin) }, (_, at) =>
      skuAt(begin + at),
    );
    await Promise.all(
      skus.map(async (sku) => {
        const product = {
          sku,
          name: `Product ${sku}`,
          price: { minorUnits: PRICE, currency: 'GBP' },
        };
        await client.query(
          'mutation L($input: ListProductInput!) { listProduct(input: $input) { rejection { code } } }',
          { input: product },
          headers,
        );
        await client.query(
          'mutation R($input: ReceiveStockInput!) { receiveStock(input: $input) { rejection { code } } }',
          { input: { sku, quantity: UNITS } },
          headers,
        );
      }),
    );
  }
}

/** @param first the place of its first product; the others follow */
async function filledCart(
  client: GraphQLClient,
  lines: number,
  first: number,
): Promise<FilledCart> {
  const { openCart } = await client.query<{
    openCart: { cartToken: string; cart: { id: string } };
  }>('mutation { openCart(input: {}) { cartToken cart { id } } }', {});
  const [id, token] = [openCart.cart.id, openCart.cartToken];
  for (let begin = 0; begin < lines; begin += TOGETHER) {
    const added = Array.from({ length: Math.min(TOGETHER, lines - begin) }, (_, at) => ({
      sku: skuAt((first + begin + at) % LONG_LINES),
      quantity: 1,
    }));
    await client.query(
      'mutation A($input: AddItemsInput!) { addItems(input: $input) { rejection { code } } }',
      { input: { cartId: id, lines: added } },
      { 'x-cart-token': token },
    );
  }
  return { id, token, total: lines * PRICE };
}

/** In milliseconds. */
async function checkOut(client: GraphQLClient, { id, token, total }: FilledCart): Promise<number> {
  const begunAt = performance.now();
  const { checkout } = await client.query<{
    checkout: { order: { id: string } | null; rejection: { code: string } | null };
  }>(
    'mutation C($input: CheckoutInput!) { checkout(input: $input) { order { id } rejection { code } } }',
    {
      input: {
        ...{ cartId: id, expectedTotal: total },
        ...{ email: 'bench@example.com', paymentToken: 'tok_ok' },
      },
    },
    { 'x-cart-token': token },
  );
  if (checkout.order === null) throw new Error(`Refused: ${JSON.stringify(checkout)}`);
  return performance.now() - begunAt;
}

/** Which products the carts have: all the same, or one after the other. */
type Choice = 'the same' | 'others';

async function cartsOf(client: GraphQLClient, count: number, lines: number, choice: Choice) {
  const carts: FilledCart[] = [];
  for (let made = 0; made < count; made += 1) {
    carts.push(await filledCart(client, lines, choice === 'others' ? made * lines : 0));
  }
  return carts;
}

async function oneByOne(
  client: GraphQLClient,
  count: number,
  lines: number,
  choice: Choice,
): Promise<number[]> {
  const times: number[] = [];
  for (const cart of await cartsOf(client, count, lines, choice))
    times.push(await checkOut(client, cart));
  return times;
}

/** Checkouts in a second. */
async function together(client: GraphQLClient, count: number, choice: Choice): Promise<number> {
  const carts = await cartsOf(client, count, LINES, choice);
  const begunAt = performance.now();
  const lane = async () => {
    for (let cart = carts.pop(); cart !== undefined; cart = carts.pop()) {
      await checkOut(client, cart);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, lane));
  return (count / (performance.now() - begunAt)) * 1_000;
}

function adminToken(dataDir: string): string {
  const asked = ['token', '--role', 'admin', '--subject', 'bench'];
  const env = { ...process.env, DATA_DIR: dataDir };
  return execFileSync(process.execPath, [cartographScript, ...asked], { env })
    .toString()
    .trim();
}

async function run(): Promise<readonly Figure[]> {
  const server = await startCartograph();
  const client = new GraphQLClient(server.address, CALLERS);
  try {
    await stockShop(client, adminToken(server.dataDir));
    // The first checkouts pay for what is compiled and opened once.
    await oneByOne(client, Math.ceil(CHECKOUTS / 4), LINES, 'others');
    const figures: Figure[] = [];
    for (const choice of ['others', 'the same'] as const) {
      const times = await oneByOne(client, CHECKOUTS, LINES, choice);
      const rate = await together(client, CHECKOUTS * 2, choice);
      const of = `of ${LINES} tracked lines, each cart with ${choice} products`;
      figures.push(
        { what: `checkout ${of}, 1 caller, p50`, value: milliseconds(median(times)) },
        { what: `checkouts ${of}, ${CALLERS} callers`, value: perSecond(rate) },
      );
    }
    const long = await oneByOne(client, LONG_CHECKOUTS, LONG_LINES, 'the same');
    const { length } = long;
    return [
      ...figures,
      {
        what: `checkout of ${LONG_LINES} tracked lines, median`,
        value: milliseconds(median(long)),
      },
      { what: `the slowest of ${length}`, value: milliseconds(Math.max(...long)) },
    ];
  } finally {
    client.close();
    await server.stop();
  }
}

export const checkoutWorkload: Workload = { name: 'checkout', run };
