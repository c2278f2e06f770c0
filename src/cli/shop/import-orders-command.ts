// `cartograph import shopify|woocommerce FILE…`: imports the orders of another shop's export.
import { dateOrderNamed } from '../../import/dates.js';
import type { LeftOutOrder } from '../../import/orders/foreign-order.js';
import { importOrders, type OrderSource } from '../../import/orders/import-orders.js';
import type { OrderImportSummary } from '../../import/orders/order-import-summary.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { untilProjected } from '../../projections/until-projected.js';
import type { Config } from '../../service/config.js';
import { CommandFailure, EXIT } from '../exit.js';
import { demandFiles } from '../input-files.js';
import { print, tellBehind } from '../output.js';
import { patienceOf } from '../patience.js';
import { progressBar } from '../progress-bar.js';
import type { WaitOption } from '../wait-option.js';
import { withStore } from '../with-store.js';

export interface ImportOrdersOptions extends WaitOption {
  readonly dryRun: boolean;
  readonly timeZone: string;
  readonly dateFormat: string;
  readonly json: boolean;
}

export async function runImportOrders(
  config: Config,
  source: OrderSource,
  paths: readonly string[],
  options: ImportOrdersOptions,
): Promise<number> {
  const reading = { timeZone: timeZoneOf(options), dateOrder: dateOrderOf(options) };
  const patience = patienceOf(options, 'import');
  await demandFiles(paths);
  const pricing = await loadPricing(config.pricingRules);
  const { dryRun: isDryRun } = options;
  const bar = progressBar('orders');
  try {
    const summary = await withStore(
      config,
      async (store, { isServed }) => {
        const asked = { ...reading, store, pricing, patience, source, paths, isDryRun };
        const imported = await importOrders({ ...asked, onProgress: bar.show });
        bar.end();
        const isWaitedFor = isServed && !isDryRun;
        if (isWaitedFor && !(await untilProjected(store, config))) tellBehind();
        return imported;
      },
      patience,
    );
    await print(options.json ? JSON.stringify(summary) : inWords(summary));
    return EXIT.done;
  } finally {
    bar.end();
  }
}

/** @throws CommandFailure */
function timeZoneOf({ timeZone }: ImportOrdersOptions): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    const example = 'a name of the IANA database, such as Europe/London';
    throw new CommandFailure(EXIT.usage, `--time-zone must be ${example}`);
  }
}

/** @throws CommandFailure */
function dateOrderOf({ dateFormat }: ImportOrdersOptions) {
  const order = dateOrderNamed(dateFormat);
  if (order !== undefined) return order;
  throw new CommandFailure(EXIT.usage, '--date-format must be, for example, d/m/y, m/d/y or y-m-d');
}

function inWords(summary: OrderImportSummary): string {
  const number = (value: number) => value.toLocaleString('en-GB');
  const { rows, orders, units, events, dryRun, seconds } = summary;
  const totals = summary.totals.map(
    ({ currency, orders: count, paid, refunded }) =>
      `  ${number(count).padStart(9)}  orders in ${currency}: ${paid} paid, ${refunded} paid back`,
  );
  const byCode = Object.entries(summary.leftOutByCode).map(
    ([code, count]) => `  ${number(count).padStart(9)}  left out: ${code}`,
  );
  return [
    `Read ${number(rows)} rows: ${number(orders)} orders of ${number(units)} units.`,
    ...totals,
    ...byCode,
    ...summary.leftOut.map(leftOutInWords),
    dryRun
      ? `${number(events)} events would be appended. Nothing was: this was a dry run.`
      : `${number(events)} events appended in ${seconds.toFixed(1)} s.`,
  ].join('\n');
}

/** A line for each order, with the rows of the file that it has. */
function leftOutInWords({ order, rows, reason }: LeftOutOrder): string {
  const [first = 0] = rows;
  const where = rows.length === 1 ? `row ${first}` : `rows ${rows.join(', ')}`;
  return `LEFT OUT  order ${order} (${where}): ${reason}`;
}
