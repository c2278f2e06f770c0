// `cartograph compensate --from REPORT`: puts down, for each order that an impact report lists, what
// the customer is owed or is let off. Running it again adds nothing.
import { userInfo } from 'node:os';
import { inParallel } from '../../commands/in-parallel.js';
import type { OrderCommands, OrderCorrection } from '../../commands/order-commands.js';
import type { Config } from '../../service/config.js';
import { decimal } from '../../domain/money.js';
import { dueTotalOf } from '../../domain/order/state.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import type { ImpactReport } from '../../replay/report/impact-report.js';
import { readReport } from '../../replay/report/report-file.js';
import { createShopCommands } from '../../service/shop-commands.js';
import { CommandFailure, EXIT } from '../exit.js';
import { print } from '../output.js';
import { untilShown } from './until-shown.js';
import { withExistingStore } from '../with-store.js';

export interface CompensateOptions {
  readonly from: string;
  readonly dryRun: boolean;
  readonly reason?: string;
  readonly operator?: string;
  readonly json: boolean;
}

type Outcome = 'corrected' | 'corrected before' | 'would be corrected' | 'refused';

interface Settled {
  readonly orderId: string;
  readonly currency: string;
  /** What it should have come to, less what it came to, in minor units. */
  readonly difference: number;
  readonly outcome: Outcome;
  /** Why it was refused. */
  readonly problem?: string;
}

const IN_FLIGHT = 32;
const LONGEST_TEXT = 200;

/** @throws ReportError for a report that was edited or is none */
export async function runCompensate(config: Config, options: CompensateOptions): Promise<number> {
  const report = await readReport(options.from);
  const corrections = correctionsOf(report, {
    reason: text('reason', options.reason ?? reasonOf(report)),
    operator: text('operator', options.operator ?? loggedIn()),
  });
  const pricing = await loadPricing(config.pricingRules);
  const settled: Settled[] = [];
  await withExistingStore(config, async (store, { isServed }) => {
    const { orders } = createShopCommands(store, () => Date.now(), pricing);
    await inParallel(corrections, IN_FLIGHT, async (correction) => {
      settled.push(await (options.dryRun ? tryOut : settle)(orders, correction));
    });
    if (isServed && !options.dryRun && !(await untilShown(store, config))) {
      process.stderr.write('It is all stored, but the server does not show all of it yet.\n');
    }
  });
  await print(options.json ? jsonOf(report, settled) : inWords(report, settled));
  return settled.some(({ outcome }) => outcome === 'refused') ? EXIT.no : EXIT.done;
}

/** A container may run as a user who has no name. */
function loggedIn(): string {
  try {
    return userInfo().username;
  } catch {
    throw new CommandFailure(EXIT.usage, 'Say --operator: this system has no name for its user');
  }
}

type Correction = OrderCorrection & { readonly currency: string };

/** Only orders are settled: an open cart is priced rightly as soon as the new carts are served. */
function correctionsOf(
  { id: reportId, carts }: ImpactReport,
  words: Pick<OrderCorrection, 'reason' | 'operator'>,
): Correction[] {
  return carts.flatMap(({ order, before, after, difference, currency }) => {
    if (order === null || order.revision === null || difference === 0) return [];
    const { id: orderId, revision } = order;
    const amounts = { previousTotal: before, correctedTotal: after };
    return [{ orderId, revision, reportId, ...amounts, ...words, currency }];
  });
}

async function settle(
  orders: OrderCommands,
  { currency, ...correction }: Correction,
): Promise<Settled> {
  const { operator: subject } = correction;
  const outcome = await orders.correctTotal(correction, { kind: 'operator', subject });
  const about = settledOf({ currency, ...correction });
  if (!outcome.accepted) return refused(about, outcome.rejection);
  return { ...about, outcome: outcome.replayed ? 'corrected before' : 'corrected' };
}

/** What `settle` would find, without a word to the log. */
async function tryOut(orders: OrderCommands, correction: Correction): Promise<Settled> {
  const about = settledOf(correction);
  const state = await orders.state(correction.orderId);
  if (state.corrections.some(({ reportId }) => reportId === correction.reportId)) {
    return { ...about, outcome: 'corrected before' };
  }
  const isOutgrown =
    state.revision !== correction.revision || dueTotalOf(state) !== correction.previousTotal;
  if (!isOutgrown) return { ...about, outcome: 'would be corrected' };
  return refused(about, { code: 'CONFLICT', message: `It is at revision ${state.revision} now.` });
}

function settledOf({ orderId, currency, previousTotal, correctedTotal }: Correction) {
  return { orderId, currency, difference: correctedTotal - previousTotal };
}

function refused(
  about: Omit<Settled, 'outcome'>,
  { code, message }: { readonly code: string; readonly message: string },
): Settled {
  return { ...about, outcome: 'refused', problem: `${code}: ${message}` };
}

function reasonOf({ id, before, after }: ImpactReport): string {
  return `Priced by version ${before.version}, right by version ${after.version} (report ${id.slice(0, 12)})`;
}

/** @throws CommandFailure */
function text(what: string, value: string): string {
  const trimmed = value.trim();
  if (trimmed !== '' && trimmed.length <= LONGEST_TEXT) return trimmed;
  throw new CommandFailure(
    EXIT.usage,
    `--${what} must be a text of 1 to ${LONGEST_TEXT} characters`,
  );
}

interface Sum {
  readonly outcome: Outcome;
  readonly currency: string;
  readonly orders: number;
  readonly owedToCustomers: number;
  readonly forgiven: number;
}

function sumsOf(settled: readonly Settled[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { outcome, currency, difference } of settled) {
    const key = `${outcome}/${currency}`;
    const so = sums.get(key) ?? { outcome, currency, orders: 0, owedToCustomers: 0, forgiven: 0 };
    sums.set(key, {
      ...so,
      orders: so.orders + 1,
      owedToCustomers: so.owedToCustomers + Math.max(0, -difference),
      forgiven: so.forgiven + Math.max(0, difference),
    });
  }
  return [...sums.values()];
}

function jsonOf({ id: reportId }: ImpactReport, settled: readonly Settled[]): string {
  const problems = settled.filter(({ outcome }) => outcome === 'refused');
  return JSON.stringify({ reportId, sums: sumsOf(settled), refused: problems });
}

function inWords(report: ImpactReport, settled: readonly Settled[]): string {
  if (settled.length === 0) return `Report ${report.id} lists no order that is to be corrected.`;
  const sums = sumsOf(settled).map((sum) => {
    const amount = (minorUnits: number) => `${decimal(minorUnits, sum.currency)} ${sum.currency}`;
    const { outcome, orders, owedToCustomers, forgiven } = sum;
    return `${orders} orders ${outcome}: ${amount(owedToCustomers)} owed to customers, ${amount(forgiven)} forgiven`;
  });
  const problems = settled.flatMap(({ orderId, problem }) =>
    problem === undefined ? [] : [`REFUSED  order ${orderId}: ${problem}`],
  );
  return [`Report ${report.id}`, ...sums, ...problems].join('\n');
}
