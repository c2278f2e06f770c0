// How long commands and pushes take while a cluster fails over: the built service on three
// simulated nodes (`test/support/simulated-cluster.ts`), over HTTP and a websocket.
//   npm run build && node bench/failover.ts
// An election takes as long here as this script says; a real one takes what the cluster's own
// settings make of it. So each figure also says how much of it came after the election.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { SimulatedCluster, type SimulatedNode } from '../test/support/simulated-cluster.ts';

const ELECTION_MS = 2_000;
const RESIGNATIONS = 30;
const CHANGES = 200;
const TRIES = 5;
const root = fileURLToPath(new URL('..', import.meta.url));

const ends: (() => Promise<unknown>)[] = [];
const node = await startEmbeddedNode({});
ends.push(() => node.stop());
const cluster = await SimulatedCluster.start(node, { add: (step) => ends.push(step) });
const url = await startService();
const cart = await openCart();
/** When each revision was pushed, on the monotonic clock. */
const pushed: number[] = [];
const arrivals = new Map<number, () => void>();
watchCart();

process.stdout.write('| what | figure |\n|---|---|\n');
await resignations();
await frozenFollower();
for (let turn = 0; turn < TRIES; turn += 1) await frozenLeader(turn);
for (const end of ends.toReversed()) await end();
process.exit(0);

/** Changes acknowledged right after a resignation, then searched in the history at once. */
async function resignations(): Promise<void> {
  let missing = 0;
  const waits: number[] = [];
  for (let turn = 0; turn < RESIGNATIONS; turn += 1) {
    const before = await addItem();
    const held = BigInt(await positionOf());
    cluster.leader?.holdReplicationAt(held);
    const next = cluster.followers[turn % 2]!;
    next.replicateAll();
    cluster.resignTo(next);
    const resignedAt = performance.now();
    const revision = await untilAdded();
    waits.push(performance.now() - resignedAt);
    const { totalCount } = await untilTold();
    if (totalCount <= revision || revision <= before) missing += 1;
  }
  row(`${RESIGNATIONS} resignations, the old leader's replication held: changes missing`, missing);
  row('… until the next command was accepted, median and most', span(waits));
}

async function frozenFollower(): Promise<void> {
  const frozen = cluster.followers[0]!;
  frozen.freeze();
  const lates: number[] = [];
  for (let turn = 0; turn < CHANGES; turn += 1) {
    const revision = await addItem();
    const acknowledgedAt = performance.now();
    await arrivalOf(revision);
    lates.push(Math.max(0, pushed[revision]! - acknowledgedAt));
    await delay(10);
  }
  frozen.thaw();
  row('a follower frozen: a push after its acknowledgement, median and most', span(lates));
}

async function frozenLeader(turn: number): Promise<void> {
  const frozen = cluster.leader!;
  const next = cluster.followers[turn % 2]!;
  await addItem();
  frozen.freeze();
  const frozenAt = performance.now();
  let electedAt = 0;
  const election = delay(ELECTION_MS).then(() => {
    cluster.resignTo(next);
    electedAt = performance.now();
  });
  const revision = await untilAdded();
  const answeredAt = performance.now();
  await arrivalOf(revision);
  await election;
  const after = (at: number) => `${Math.round(at - frozenAt)} ms (${Math.round(at - electedAt)})`;
  row(
    `leader frozen, elected after ${ELECTION_MS} ms, try ${turn + 1}: command; push (after the election)`,
    `${after(answeredAt)}; ${after(pushed[revision]!)}`,
  );
  await thaw(frozen);
}

async function thaw(frozen: SimulatedNode): Promise<void> {
  frozen.thaw();
  await delay(1_500);
}

async function startService(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-failover-'));
  const child = spawn(process.execPath, [join(root, 'dist/program/cartograph.js'), 'serve'], {
    env: {
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      DOTENV_PATH: join(dataDir, 'no.env'),
      EVENTSTORE_URL: cluster.connectionString,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  ends.push(async () => {
    child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^Cartograph is ready at (\S+)$/.exec(line)?.[1];
    if (ready !== undefined) return ready;
  }
  throw new Error('The service ended before it was ready');
}

interface Answer {
  readonly data?: Record<string, Record<string, unknown> | null> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

async function ask(query: string, variables: object, token = cart.token): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { 'x-cart-token': token }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

async function openCart(): Promise<{ id: string; token: string }> {
  const query = 'mutation { openCart(input: { currency: "GBP" }) { cart { id } cartToken } }';
  const { data } = await ask(query, {}, '');
  const opened = data!['openCart'] as { cart: { id: string }; cartToken: string };
  return { id: opened.cart.id, token: opened.cartToken };
}

/** Undefined when the store was unavailable. */
async function tryToAdd(): Promise<number | undefined> {
  const query = 'mutation ($input: AddItemInput!) { addItem(input: $input) { cart { revision } } }';
  const { data } = await ask(query, { input: { cartId: cart.id, sku: '85123A', quantity: 1 } });
  return (data?.['addItem'] as { cart: { revision: number } } | null | undefined)?.cart.revision;
}

async function addItem(): Promise<number> {
  const revision = await tryToAdd();
  if (revision === undefined) throw new Error('The store is away');
  return revision;
}

async function untilAdded(): Promise<number> {
  for (;;) {
    const revision = await tryToAdd();
    if (revision !== undefined) return revision;
  }
}

async function untilTold(): Promise<{ totalCount: number }> {
  const query = 'query ($id: ID!) { cartTimeline(cartId: $id, first: 1) { totalCount } }';
  for (;;) {
    const { data } = await ask(query, { id: cart.id });
    if (data?.['cartTimeline']) return data['cartTimeline'] as { totalCount: number };
  }
}

/** Position of the last event in the log; guests cannot see the cart's own. */
async function positionOf(): Promise<string> {
  const { EventStoreDBClient, BACKWARDS, END } = await import('@eventstore/db-client');
  const client = EventStoreDBClient.connectionString(node.connectionString);
  const options = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const;
  for await (const { event } of client.readAll(options)) {
    await client.dispose();
    return String(event?.position.commit ?? 0n);
  }
  return '0';
}

function watchCart(): void {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { cartToken: cart.token },
  });
  client.subscribe<{ cartChanged: { revision: number } }>(
    {
      query: 'subscription ($id: ID!) { cartChanged(cartId: $id) { revision } }',
      variables: { id: cart.id },
    },
    {
      next: ({ data }) => {
        if (!data) return;
        pushed[data.cartChanged.revision] = performance.now();
        arrivals.get(data.cartChanged.revision)?.();
      },
      error: (error) => process.stderr.write(`${JSON.stringify(error)}\n`),
      complete: () => undefined,
    },
  );
}

function arrivalOf(revision: number): Promise<void> {
  if (pushed[revision] !== undefined) return Promise.resolve();
  return new Promise((resolve) => arrivals.set(revision, resolve));
}

function span(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${middle.toFixed(1)} ms, ${(sorted.at(-1) ?? 0).toFixed(1)} ms`;
}

function row(what: string, figure: number | string): void {
  process.stdout.write(`| ${what} | ${figure} |\n`);
}
