// The demo's story, its figures compared with sums that are made here from the exported log alone.
import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CommandLine } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

interface Sums {
  readonly outcome: string;
  readonly orders: number;
  readonly owedToCustomers: number;
}

interface Figures {
  readonly imported: { readonly orders: number; readonly revenue: { readonly minorUnits: number } };
  readonly sold: {
    readonly carts: number;
    readonly withPercentage: number;
    readonly orders: number;
  };
  readonly rebuildDue: boolean;
  readonly exampleBefore: number;
  readonly exampleAfter: readonly number[];
  readonly report: {
    readonly id: string;
    readonly compared: { readonly carts: number };
    readonly carts: readonly { readonly cartId: string; readonly difference: number }[];
    readonly totals: readonly { readonly orders: { readonly overcharged: number } }[];
  };
  readonly revenueBefore: number;
  readonly revenueAfter: number;
  readonly compensated: Readonly<Record<string, { readonly sums: readonly Sums[] }>>;
  readonly verified: { readonly differences: readonly string[] };
}

async function demo(dataDir: string): Promise<Figures> {
  const script = fileURLToPath(new URL('../../demo/bugfix.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--json', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The demo exited with ${String(code)}: ${errors}`);
  return JSON.parse(output) as Figures;
}

interface Exported {
  readonly stream: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What each cart with the percentage coupon was charged or showed too much, by the log alone. */
function overchargesOf(events: readonly Exported[]) {
  const goods = new Map<string, number>();
  const withCoupon = new Set<string>();
  const checkedOut = new Set<string>();
  for (const { stream, type, data } of events) {
    const value = Number(data['quantity']) * Number(data['unitPrice']);
    if (type === 'ItemAdded') goods.set(stream, (goods.get(stream) ?? 0) + value);
    if (type === 'CouponApplied' && data['code'] === 'WELCOME10') withCoupon.add(stream);
    if (type === 'CartCheckedOut') checkedOut.add(stream);
  }
  return [...withCoupon].map((stream) => {
    const pence = goods.get(stream) ?? 0;
    const promised = Math.floor((pence + 5) / 10);
    const given = Math.floor(pence / 1_000) * 100;
    return { stream, tooMuch: promised - given, isOrder: checkedOut.has(stream) };
  });
}

const sum = (amounts: readonly number[]) => amounts.reduce((so, amount) => so + amount, 0);

test('every figure of the demo is what the log says', async () => {
  const folder = await CommandLine.onNewFolder(cleanup);
  const figures = await demo(folder.dataDir);
  const { output } = await folder.run('export');
  const events = output.split('\n').map((line) => JSON.parse(line) as Exported);

  expect(figures.imported).toMatchObject({ orders: 1_559, revenue: { minorUnits: 82_374_614 } });
  expect(figures.rebuildDue).toBe(true);
  const wrong = overchargesOf(events).filter(({ tooMuch }) => tooMuch !== 0);
  expect(wrong.length).toBeGreaterThan(10);
  const listed = figures.report.carts.map(({ cartId, difference }) => [
    `cart-${cartId}`,
    -difference,
  ]);
  expect(listed.sort()).toEqual(wrong.map(({ stream, tooMuch }) => [stream, tooMuch]).sort());
  expect(figures.report.compared.carts).toBe(1_559 + figures.sold.carts);

  const orders = wrong.filter(({ isOrder }) => isOrder);
  const owed = sum(orders.map(({ tooMuch }) => tooMuch));
  expect(figures.report.totals[0]?.orders.overcharged).toBe(owed);
  const settled = { orders: orders.length, owedToCustomers: owed };
  expect(figures.compensated).toMatchObject({
    first: { sums: [{ outcome: 'would be corrected', ...settled }] },
    second: { sums: [{ outcome: 'corrected', ...settled }] },
    third: { sums: [{ outcome: 'corrected before', ...settled }] },
  });
  const corrections = events.filter(({ type }) => type === 'OrderTotalCorrected');
  expect(corrections).toHaveLength(orders.length);

  const placed = events.filter(({ type }) => type === 'OrderPlaced');
  const agreed = sum(placed.map(({ data }) => Number(data['total'])));
  expect([figures.revenueBefore, figures.revenueAfter]).toEqual([agreed, agreed - owed]);
  const [promoted = 0, rolledBack, again] = figures.exampleAfter;
  expect(rolledBack).toBe(figures.exampleBefore);
  expect(again).toBe(promoted);
  expect(promoted).toBeLessThan(figures.exampleBefore);
  expect(figures.verified.differences).toEqual([]);
}, 600_000);
