// The effect on other callers of the most expensive accepted requests, and of those refused half
// way: every form of query on a cart of 1,000 lines and a history of 1,000 events, all at once.
import { openCarts, startCartograph, type OpenCart } from '../cartograph-process.js';
import { GraphQLClient, type GraphQLRequest, httpLoad } from '../http-load.js';
import { type Figure, milliseconds, type Workload } from '../workload.js';

const LINES = 1_000;
const ATTACKERS = 4;
const MEASURED_MS = 5_000;

const money = '{ minorUnits currency decimal }';
const lines = `lines { sku name quantity unitPrice ${money} subtotal ${money} discount ${money} total ${money} addedAt }`;
const because = `totals { because { label amount ${money} eventId revision } }`;

interface Attack {
  readonly what: string;
  readonly document: (cartId: string, now: string) => string;
}

const times = (count: number, each: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => each(n)).join(' ');
const before = (now: string, n: number) => new Date(Date.parse(now) - n).toISOString();

const attacks: readonly Attack[] = [
  { what: 'nobody else', document: () => '{ __typename }' },
  {
    what: 'the whole cart, every field',
    document: (id) => `{ cart(cartId: "${id}") { ${lines} ${because} } }`,
  },
  {
    what: '49 × the same cart (refused)',
    document: (id) =>
      `{ ${times(49, (n) => `a${n}: cart(cartId: "${id}") { ...f }`)} } fragment f on Cart { ${lines} }`,
  },
  {
    what: '49 × the cart at an instant',
    document: (id, now) =>
      `{ ${times(49, (n) => `a${n}: cartAt(cartId: "${id}", timestamp: "${before(now, n)}") { revision }`)} }`,
  },
  {
    what: '49 × the difference of two instants',
    document: (id, now) =>
      `{ ${times(49, (n) => `a${n}: cartDiff(cartId: "${id}", from: "2020-01-01T00:00:0${n % 10}Z", to: "${before(now, n)}") { changes { path eventIds } }`)} }`,
  },
  {
    what: 'one difference',
    document: (id, now) =>
      `{ cartDiff(cartId: "${id}", from: "2020-01-01T00:00:00Z", to: "${now}") { changes { path before after eventIds } } }`,
  },
  {
    what: 'why the cart comes to what it does',
    document: (id, now) =>
      `{ cartExplain(cartId: "${id}", timestamp: "${now}") { parts { words amount ${money} event { id } } } }`,
  },
];

interface Page {
  readonly products: {
    readonly edges: readonly { readonly node: { readonly sku: string } }[];
    readonly pageInfo: { readonly endCursor: string };
  };
}

const pageQuery = `query ($after: String) {
  products(first: 200, after: $after) { edges { node { sku } } pageInfo { endCursor } }
}`;

async function fill(address: string, cart: OpenCart): Promise<void> {
  const client = new GraphQLClient(address, 1);
  const skus: string[] = [];
  for (let after: string | null = null; skus.length < LINES;) {
    const page: Page = await client.query<Page>(pageQuery, { after });
    const { products } = page;
    skus.push(...products.edges.map(({ node }) => node.sku));
    after = products.pageInfo.endCursor;
  }
  for (const sku of skus.slice(0, LINES)) {
    await client.query(
      'mutation ($input: AddItemInput!) { addItem(input: $input) { cart { revision } } }',
      { input: { cartId: cart.id, sku } },
      { 'x-cart-token': cart.token },
    );
  }
  client.close();
}

async function beside(address: string, attack: Attack, large: OpenCart, small: OpenCart) {
  const document = attack.document(large.id, new Date().toISOString());
  const attacking: GraphQLRequest = {
    headers: { 'x-cart-token': large.token },
    body: JSON.stringify({ query: document }),
  };
  const other: GraphQLRequest = {
    headers: { 'x-cart-token': small.token },
    body: JSON.stringify({ query: `{ cart(cartId: "${small.id}") { revision } }` }),
  };
  const load = (connections: number, request: GraphQLRequest, proof: string) =>
    httpLoad({
      address,
      connections,
      durationMs: MEASURED_MS,
      warmUpMs: 1_000,
      next: () => request,
      proof,
    });
  const [, measured] = await Promise.all([
    load(ATTACKERS, attacking, '{'),
    load(1, other, '"revision":'),
  ]);
  return measured;
}

export const abuseWorkload: Workload = {
  name: 'abuse',
  async run() {
    const service = await startCartograph();
    const [large, small] = await openCarts(service.address, 2);
    if (large === undefined || small === undefined) throw new Error('No carts');
    await fill(service.address, large);
    const figures: Figure[] = [];
    for (const attack of attacks) {
      const { p50Ms, p99Ms } = await beside(service.address, attack, large, small);
      figures.push({
        what: `another caller's p50 / p99 beside ${ATTACKERS} callers with: ${attack.what}`,
        value: `${milliseconds(p50Ms)} / ${milliseconds(p99Ms)}`,
      });
    }
    figures.push({ what: 'memory after this', value: `${Math.round(service.residentMiB())} MiB` });
    await service.stop();
    return figures;
  },
};
