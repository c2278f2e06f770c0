// `cartograph compensate --from REPORT`: corrects the orders of an impact report.
import { compensate, type CompensatedOrder, sumsOf } from '../../commands/compensation.js';
import { decimal, jsonAmount } from '../../domain/money.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { untilProjected } from '../../projections/until-projected.js';
import { correctionsOf, reasonOf } from '../../replay/report/corrections.js';
import { readReport } from '../../replay/report/report-file.js';
import type { Config } from '../../service/config.js';
import { createShopCommands } from '../../service/shop-commands.js';
import { CommandFailure, EXIT } from '../exit.js';
import { operatorName } from '../operator.js';
import { print, tellBehind } from '../output.js';
import { withExistingStore } from '../with-store.js';
import { systemTime } from '../../waiting/time.js';

export interface CompensateOptions {
  readonly from: string;
  readonly dryRun: boolean;
  readonly reason?: string;
  readonly operator?: string;
  readonly json: boolean;
}

const LONGEST_TEXT = 200;

/** @throws ReportError for a file that is not a report or was edited */
export async function runCompensate(config: Config, options: CompensateOptions): Promise<number> {
  const { dryRun: isDryRun, json } = options;
  const report = await readReport(options.from);
  const words = {
    reason: text('reason', options.reason ?? reasonOf(report)),
    operator: text('operator', options.operator ?? loggedIn()),
  };
  const corrections = correctionsOf(report).map((correction) => ({ ...correction, ...words }));
  const pricing = await loadPricing(config.pricingRules);
  const compensated: CompensatedOrder[] = [];
  const show = () => print(json ? jsonOf(report.id, compensated) : inWords(report.id, compensated));
  try {
    await withExistingStore(config, async (store, { isServed }) => {
      const { orders } = createShopCommands(store, systemTime, pricing);
      const onDone = (order: CompensatedOrder) => compensated.push(order);
      await compensate(orders, corrections, { isDryRun, onDone });
      const isWaitedFor = isServed && !isDryRun;
      if (isWaitedFor && !(await untilProjected(store, config))) tellBehind();
    });
  } catch (error) {
    // What was done is on record, and the amounts are owed.
    if (compensated.length > 0) {
      await show();
      tellRest(compensated.length, corrections.length);
    }
    throw error;
  }
  await show();
  return compensated.some(({ outcome }) => outcome === 'refused') ? EXIT.no : EXIT.done;
}

function tellRest(done: number, all: number): void {
  process.stderr.write(
    `${done} of ${all} orders were done. Repeat the command for the rest: no order is corrected twice.\n`,
  );
}

/** @throws CommandFailure */
function loggedIn(): string {
  const name = operatorName();
  if (name !== undefined) return name;
  throw new CommandFailure(EXIT.usage, 'Add --operator: this system has no name for its user');
}

/** @throws CommandFailure */
function text(what: string, value: string): string {
  const trimmed = value.trim();
  if (trimmed !== '' && trimmed.length <= LONGEST_TEXT) return trimmed;
  throw new CommandFailure(EXIT.usage, `--${what} must have 1 to ${LONGEST_TEXT} characters`);
}

function jsonOf(reportId: string, compensated: readonly CompensatedOrder[]): string {
  const problems = compensated.filter(({ outcome }) => outcome === 'refused');
  const sums = sumsOf(compensated).map(({ owedToCustomers, forgiven, ...sum }) => ({
    ...sum,
    owedToCustomers: jsonAmount(owedToCustomers),
    forgiven: jsonAmount(forgiven),
  }));
  return JSON.stringify({ reportId, sums, refused: problems });
}

function inWords(reportId: string, compensated: readonly CompensatedOrder[]): string {
  if (compensated.length === 0) return `Report ${reportId} has no order to correct.`;
  const sums = sumsOf(compensated).map((sum) => {
    const amount = (minorUnits: bigint) => `${decimal(minorUnits, sum.currency)} ${sum.currency}`;
    const { outcome, orders, owedToCustomers, forgiven } = sum;
    return `${orders} orders ${outcome}: ${amount(owedToCustomers)} owed to customers, ${amount(forgiven)} forgiven`;
  });
  const problems = compensated.flatMap(({ orderId, problem }) =>
    problem === undefined ? [] : [`REFUSED  order ${orderId}: ${problem}`],
  );
  return [`Report ${reportId}`, ...sums, ...problems].join('\n');
}
