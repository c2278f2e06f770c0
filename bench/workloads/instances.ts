// One, two and four instances on one store and one Postgres, each a process of its own: commands a
// second, and what a command costs the instances and the store. On a machine with fewer cores than
// processes the rate says nothing of more machines; the cost of a command does.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { openCarts, startOn } from '../cartograph-process.js';
import { httpLoad } from '../http-load.js';
import { type ServerProcess, startServer } from '../server-process.js';
import { type Figure, milliseconds, perSecond, type Workload } from '../workload.js';
import { newDataDir, startNode } from './embedded-node/servers.js';

const isSmall = process.argv.includes('--small');
const ROUND_MS = isSmall ? 500 : 8_000;
const WARM_UP_MS = isSmall ? 200 : 3_000;
const CALLERS = 32;
const CARTS = isSmall ? 32 : 512;
const COUNTS = isSmall ? [1, 2] : [1, 2, 4];
const SKUS = ['85123A', '71053', '84406B', '84029G', '22752'];

const addItem = `mutation AddItem($input: AddItemInput!) {
  addItem(input: $input) { cart { revision totals { itemCount } } rejection { code } }
}`;

interface Shop {
  readonly store: ServerProcess;
  readonly instances: readonly ServerProcess[];
}

async function figuresOf({ store, instances }: Shop): Promise<Figure[]> {
  const [first] = instances;
  if (first === undefined) throw new Error('There is no instance');
  const carts = await openCarts(first.address, CARTS);
  const instancesMs = () => instances.reduce((sum, one) => sum + one.cpuUs().all, 0) / 1_000;
  const storeMs = () => store.cpuUs().all / 1_000;
  const before = { instances: instancesMs(), store: storeMs() };
  const loads = await Promise.all(
    instances.map(({ address }, at) =>
      httpLoad({
        address,
        connections: CALLERS / instances.length,
        durationMs: ROUND_MS,
        warmUpMs: WARM_UP_MS,
        // Each instance gets other carts, as from a balancer that keeps a cart at an instance.
        next: (turn) => {
          const { id, token } = carts[(turn * instances.length + at) % CARTS]!;
          const input = { cartId: id, sku: SKUS[turn % SKUS.length], quantity: 1 };
          const body = JSON.stringify({ query: addItem, variables: { input } });
          return { headers: { 'x-cart-token': token }, body };
        },
        proof: '"itemCount":',
      }),
    ),
  );
  const rate = loads.reduce((sum, load) => sum + load.perSecond, 0);
  const failures = loads.reduce((sum, load) => sum + load.failures, 0);
  // The warm-up's commands are about as many a second as the counted ones.
  const commands = rate * ((ROUND_MS + WARM_UP_MS) / 1_000);
  const cost = {
    instances: (instancesMs() - before.instances) / commands,
    store: (storeMs() - before.store) / commands,
  };
  const what = `addItem, ${CALLERS} callers, ${instances.length} instance(s)`;
  return [
    { what: failures > 0 ? `${what} (${failures} FAILED)` : what, value: perSecond(rate) },
    {
      what: `${what}, p50 / p99 of the slowest instance`,
      value: `${slowest(loads, 'p50Ms')} / ${slowest(loads, 'p99Ms')}`,
    },
    {
      what: `${what}: processor time of a command, in the instances / in the store`,
      value: `${cost.instances.toFixed(2)} ms / ${cost.store.toFixed(2)} ms`,
    },
  ];
}

function slowest(
  loads: readonly { readonly p50Ms: number; readonly p99Ms: number }[],
  which: 'p50Ms' | 'p99Ms',
): string {
  return milliseconds(Math.max(...loads.map((load) => load[which])));
}

export const instancesWorkload: Workload = {
  name: 'instances',
  async run() {
    const started: ServerProcess[] = [];
    const folders: string[] = [];
    const newFolder = () => {
      const folder = newDataDir();
      folders.push(folder);
      return folder;
    };
    try {
      const postgres = await startServer('--import', [
        './test/support/run-typescript.js',
        'bench/postgres-process.ts',
      ]);
      started.push(postgres);
      const store = await startNode(newFolder());
      started.push(store);
      const settings = {
        EVENTSTORE_URL: `esdb://${store.address}?tls=false`,
        DATABASE_URL: postgres.address,
        CART_TOKEN_SECRET: randomBytes(32).toString('hex'),
      };
      const instances: ServerProcess[] = [];
      const figures: Figure[] = [];
      for (const count of COUNTS) {
        while (instances.length < count) {
          const instance = await startOn(newFolder(), settings);
          started.push(instance);
          instances.push(instance);
        }
        figures.push(...(await figuresOf({ store, instances })));
      }
      return figures;
    } finally {
      for (const one of started.toReversed()) await one.stop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    }
  },
};
