// The story of a pricing bug, on a month of a real shop's invoices: it is shipped, sold with,
// fixed, billed, swapped out, swapped back and out again, and settled with the customers. Every
// figure that is printed was computed on the way.
//   npm run demo:bugfix -- [--data-dir DIR] [--json]
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cartograph } from './cartograph.ts';
import { goShopping, type Sold } from './shoppers.ts';

const MONTH = fileURLToPath(new URL('../data/online-retail/2010-12.csv.gz', import.meta.url));

const { values } = parseArgs({
  options: { 'data-dir': { type: 'string' }, json: { type: 'boolean', default: false } },
});

interface ReplayAnswer {
  readonly events: number;
  readonly seconds: number;
  readonly reportId: string | null;
}

interface Report {
  readonly id: string;
  readonly compared: { readonly carts: number };
  readonly totals: readonly {
    readonly open: { readonly carts: number; readonly difference: number };
    readonly orders: { readonly carts: number; readonly overcharged: number };
  }[];
}

interface Settled {
  readonly sums: readonly {
    readonly outcome: string;
    readonly orders: number;
    readonly owedToCustomers: number;
  }[];
}

const figures: Record<string, unknown> = {};

function tell(text: string): void {
  if (!values.json) process.stdout.write(`${text}\n`);
}

function chapter(title: string): void {
  tell(`\n${title}\n${'─'.repeat(title.length)}`);
}

function pounds(pence: number): string {
  const amount = Math.abs(pence) / 100;
  return `${pence < 0 ? '−' : ''}£${amount.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

const dataDir = values['data-dir'] ?? (await mkdtemp(join(tmpdir(), 'cartograph-demo-')));
const shop = new Cartograph(dataDir);
try {
  await story();
} finally {
  await shop.stop();
}
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);

async function story(): Promise<void> {
  const sold = await sellWithTheBug();
  const before = await fix(sold);
  const report = await bill();
  await swap(sold, before);
  await settle(report);
}

async function sellWithTheBug(): Promise<Sold> {
  chapter('1. A shop opens, and a bug with it');
  await shop.serve('shipped');
  const imported = await shop.json<{
    orders: number;
    events: number;
    seconds: number;
    revenue: { minorUnits: number };
  }>('import', 'online-retail', MONTH);
  tell(
    `Imported December 2010: ${imported.orders} orders, ${pounds(imported.revenue.minorUnits)},`,
  );
  tell(`  ${imported.events} events in ${imported.seconds.toFixed(1)} s.`);
  const sold = await goShopping(shop);
  tell(
    `Then ${sold.carts} shoppers came, ${sold.withPercentage} of them with WELCOME10; ${sold.orders} checked out.`,
  );
  tell(
    'What nobody has noticed: 10 % off is rounded down to whole pounds (demo/pricing/shipped.ts).',
  );
  Object.assign(figures, { dataDir, imported, sold: { ...sold, example: sold.example.cartId } });
  figures['revenueBefore'] = await revenue();
  return sold;
}

/** The total of the example's cart before the promotion. */
async function fix(sold: Sold): Promise<number> {
  chapter('2. It is fixed, and the fix is deployed');
  await shop.stop();
  await shop.serve('fixed');
  const total = await totalOf(sold);
  const { projections } = await shop.ask<{
    projections: { name: string; version: number; rebuildDue: boolean }[];
  }>('{ projections { name version rebuildDue } }', {}, await adminHeaders());
  const carts = projections.find(({ name }) => name === 'cart');
  tell(
    `Carts are served in version ${carts?.version ?? 0} still; a rebuild is due: ${String(carts?.rebuildDue)}.`,
  );
  tell(
    `A shopper's open cart still shows ${pounds(total)}, and a checkout would still charge that.`,
  );
  Object.assign(figures, { rebuildDue: carts?.rebuildDue, exampleBefore: total });
  return total;
}

async function bill(): Promise<Report> {
  chapter('3. The carts are rebuilt beside the served ones, and the bill is written');
  const html = join(dataDir, 'impact.html');
  const replayed = await shop.json<ReplayAnswer>('replay', 'cart', '--report', html);
  const rate = Math.round(replayed.events / replayed.seconds).toLocaleString('en-GB');
  tell(
    `Replayed ${replayed.events} events in ${replayed.seconds.toFixed(1)} s (${rate}/s) while the shop served.`,
  );
  const json = join(dataDir, 'impact.json');
  await shop.json<ReplayAnswer>('replay', 'cart', '--report', json);
  const report = (await import(json, { with: { type: 'json' } })) as { default: Report };
  const { compared, totals } = report.default;
  const [gbp] = totals;
  tell(
    `Of ${compared.carts} carts, ${gbp?.orders.carts ?? 0} orders and ${gbp?.open.carts ?? 0} open carts were priced wrongly.`,
  );
  tell(`Customers paid ${pounds(gbp?.orders.overcharged ?? 0)} too much. The bill: ${html}`);
  figures['report'] = report.default;
  return report.default;
}

async function swap(sold: Sold, before: number): Promise<void> {
  chapter('4. The new carts are served; back; and served again');
  const after: number[] = [];
  for (const step of ['--promote', '--rollback', '--promote']) {
    await shop.json('replay', 'cart', step);
    const { total, ms } = await seen(
      sold,
      step === '--promote' ? (t) => t !== before : (t) => t === before,
    );
    after.push(total);
    tell(
      `replay cart ${step}: the shopper's cart shows ${pounds(total)} (seen after ${ms.toFixed(0)} ms).`,
    );
  }
  figures['exampleAfter'] = after;
}

async function settle(report: Report): Promise<void> {
  chapter('5. The customers get their money back, once');
  const from = join(dataDir, 'impact.json');
  const told: Record<string, Settled> = {};
  for (const [step, ...more] of [['first', '--dry-run'], ['second'], ['third']] as const) {
    const settled = await shop.json<Settled>('compensate', '--from', from, ...more);
    told[step] = settled;
    for (const { outcome, orders, owedToCustomers } of settled.sums) {
      tell(
        `compensate${more.map((flag) => ` ${flag}`).join('')}: ${orders} orders ${outcome}, ${pounds(owedToCustomers)} owed.`,
      );
    }
  }
  const revenueAfter = await revenue();
  tell(
    `Revenue of all orders: ${pounds(figures['revenueBefore'] as number)} before, ${pounds(revenueAfter)} now.`,
  );
  const verified = await shop.json<{ differences: string[]; events: number }>('verify');
  tell(`verify: ${verified.events} events re-read, ${verified.differences.length} differences.`);
  tell(`\nAll of it is in ${dataDir}: try  DATA_DIR=${dataDir} npx cartograph inspect …`);
  Object.assign(figures, { compensated: told, revenueAfter, verified, reportId: report.id });
}

async function adminHeaders(): Promise<Record<string, string>> {
  const token = await shop.command('token', '--role', 'admin', '--subject', 'demo');
  return { authorization: `Bearer ${token}` };
}

async function revenue(): Promise<number> {
  const { revenueReport } = await shop.ask<{
    revenueReport: { revenue: { minorUnits: number } }[];
  }>(
    `query Revenue($to: DateTime!) {
      revenueReport(from: "2010-01-01T00:00:00.000Z", to: $to, currency: "GBP") {
        revenue { minorUnits }
      }
    }`,
    { to: new Date(Date.now() + 86_400_000).toISOString() },
    await adminHeaders(),
  );
  return revenueReport.reduce((sum, day) => sum + day.revenue.minorUnits, 0);
}

async function totalOf({ example }: Sold): Promise<number> {
  const { cart } = await shop.ask<{ cart: { totals: { total: { minorUnits: number } } } }>(
    'query Cart($id: ID!) { cart(cartId: $id) { totals { total { minorUnits } } } }',
    { id: example.cartId },
    { 'x-cart-token': example.token },
  );
  return cart.totals.total.minorUnits;
}

/** Polls until the cart shows the expected total, like a shopper who keeps reloading. */
async function seen(sold: Sold, isExpected: (total: number) => boolean) {
  const begunAt = performance.now();
  for (;;) {
    const total = await totalOf(sold);
    const ms = performance.now() - begunAt;
    if (isExpected(total)) return { total, ms };
    if (ms > 5_000) throw new Error(`The cart still shows ${pounds(total)}`);
    await delay(5);
  }
}
