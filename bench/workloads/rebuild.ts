// A rebuild of a log of a million events while the shop sells: its effect on commands, and its
// memory beside a rebuild of a tenth of the events.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import {
  type CartographProcess,
  cartographScript,
  openCarts,
  startCartograph,
} from '../cartograph-process.js';
import { type Figure, milliseconds, type Workload } from '../workload.js';
import { cartograph, p99OfWrites } from './replay.js';

const isSmall = process.argv.includes('--small');
const EVENTS = isSmall ? 10_000 : 1_000_000;
const CART_EVENTS = 50;
const CALLERS = 32;
const LONGEST_CATCH_UP_MS = 300_000;
const WITHOUT_MS = isSmall ? 1_000 : 20_000;
const SKUS = ['85123A', '71053', '84406B', '84029G', '22752'];

/** A cart as the service itself would have stored it. */
function cartEvents(cartId: string, at: number) {
  const metadata = { schemaVersion: 1, occurredAt: new Date(at).toISOString() };
  const opened = { cartId, currency: 'GBP', customerId: null, tokenHash: null };
  const added = Array.from({ length: CART_EVENTS - 1 }, (_, turn) =>
    jsonEvent({
      type: 'ItemAdded',
      data: { sku: SKUS[turn % SKUS.length], name: 'A thing', quantity: 1, unitPrice: 255 },
      metadata,
    }),
  );
  return [jsonEvent({ type: 'CartOpened', data: opened, metadata }), ...added];
}

async function fill(service: CartographProcess, events: number): Promise<void> {
  const endpoint = readFileSync(join(service.dataDir, 'endpoint.json'), 'utf8');
  const { connectionString } = JSON.parse(endpoint) as { connectionString: string };
  const client = EventStoreDBClient.connectionString(connectionString);
  let left = Math.ceil(events / CART_EVENTS);
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const cartId = randomUUID();
      const options = { expectedRevision: NO_STREAM } as const;
      await client.appendToStream(`cart-${cartId}`, cartEvents(cartId, Date.now()), options);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await client.dispose();
}

/** Waits until the live rows have reached the end of the log. */
async function untilCaughtUp(service: CartographProcess): Promise<void> {
  const endsAt = performance.now() + LONGEST_CATCH_UP_MS;
  while (performance.now() < endsAt) {
    const text = await cartograph(service, 'projections', '--json');
    const { projections } = JSON.parse(text) as { projections: { lagEvents: number }[] };
    if (projections.every(({ lagEvents }) => lagEvents === 0)) return;
    await delay(1_000);
  }
  throw new Error('The read models did not catch up');
}

interface Rebuilding {
  readonly ended: Promise<{ readonly events: number; readonly seconds: number }>;
  /** The maximum memory, in MiB. */
  peakMiB(): number;
}

function rebuildBeside({ dataDir }: CartographProcess): Rebuilding {
  const child = spawn(process.execPath, [cartographScript, 'replay', '--fresh', '--json'], {
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let peak = 0;
  const watching = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // The process has just ended, or this is not Linux: the last value stays.
    }
  }, 200);
  const ended = (async () => {
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    clearInterval(watching);
    if (code !== 0) throw new Error(`The rebuild ended with exit code ${String(code)}`);
    return JSON.parse(Buffer.concat(chunks).toString()) as { events: number; seconds: number };
  })();
  return { ended, peakMiB: () => peak };
}

export const rebuildWorkload: Workload = {
  name: 'rebuild',
  async run(): Promise<readonly Figure[]> {
    const service = await startCartograph();
    try {
      await fill(service, EVENTS / 10);
      await untilCaughtUp(service);
      const early = rebuildBeside(service);
      await early.ended;
      await fill(service, (EVENTS * 9) / 10);
      await untilCaughtUp(service);
      const carts = await openCarts(service.address, 64);
      const without = await p99OfWrites(service.address, carts, WITHOUT_MS);
      const late = rebuildBeside(service);
      const beside = await p99OfWrites(service.address, carts, WITHOUT_MS);
      const { events, seconds } = await late.ended;
      const count = events.toLocaleString('en-GB');
      return [
        {
          what: `p99 of commands at 200 /s beside a rebuild of ${count} events (${seconds.toFixed(0)} s); beside it, without one`,
          value: milliseconds(beside),
          ceiling: milliseconds(without),
          ratio: beside / without,
        },
        {
          what: `memory of a rebuild of ${count} events, at most; beside it, of a tenth`,
          value: `${Math.round(late.peakMiB())} MiB`,
          ceiling: `${Math.round(early.peakMiB())} MiB`,
        },
      ];
    } finally {
      await service.stop();
    }
  },
};
