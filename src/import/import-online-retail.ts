// Imports invoices into the log, many in parallel. A killed and repeated run has the same result as
// an uninterrupted one; a second run appends nothing.
import { cartIdOf, inputHash } from '../commands/command-id.js';
import { inParallel } from '../commands/in-parallel.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { EventStore } from '../event-store/event-store.js';
import { StorePatience } from '../event-store/store-patience.js';
import { type InvoiceLine, readLines } from './csv-lines.js';
import type { AskedForm } from './file-form.js';
import { historicCart, type HistoryRejection } from './historic-cart.js';
import {
  HistoryAppends,
  type PurchaseAppends,
  TOO_MANY_LINES,
  tooLarge,
} from './history-appends.js';
import { type ImportSummary, ImportTally } from './import-summary.js';

export type { ImportSummary, LeftOutInvoice } from './import-summary.js';

export interface ImportOptions {
  readonly store: Pick<EventStore, 'append' | 'readStream'>;
  /** Default: one of 120 s that tells nobody. */
  readonly patience?: StorePatience;
  readonly paths: readonly string[];
  readonly pricing: Pricing;
  /** Options of the files' form; the rest is detected. */
  readonly form?: AskedForm;
  /** Called after each invoice; `total` is known once the files have been read. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Lines by invoice number, in the order of the files; the lines of an invoice need not be adjacent.
 */
type Invoices = Map<string, [InvoiceLine, ...InvoiceLine[]]>;

const IN_FLIGHT = 64;

/**
 * Reads all files before the first append.
 *
 * @throws NotOnlineRetailError, AmbiguousFileError, UnbelievableFileError, StoreUnavailableError,
 * and the system's error for an unreadable file
 */
export async function importOnlineRetail(options: ImportOptions): Promise<ImportSummary> {
  const begunAt = performance.now();
  const tally = new ImportTally();
  const invoices: Invoices = new Map();
  for (const path of options.paths) await gather(path, options.form, invoices, tally);
  const { store, pricing, patience = new StorePatience({}) } = options;
  const appends = new HistoryAppends({ store, pricing, patience });
  const importer = new Importer(appends, pricing, tally);
  let done = 0;
  await inParallel(invoices, IN_FLIGHT, async ([invoice, lines]) => {
    await importer.bringIn(invoice, lines);
    options.onProgress?.((done += 1), invoices.size);
  });
  return tally.summary((performance.now() - begunAt) / 1000);
}

async function gather(
  path: string,
  form: AskedForm | undefined,
  invoices: Invoices,
  tally: ImportTally,
): Promise<void> {
  for await (const read of readLines(path, form)) {
    tally.lines += 1;
    if ('skipped' in read) {
      tally.skip(read.skipped);
      continue;
    }
    const { invoice } = read.line;
    const lines = invoices.get(invoice);
    if (lines === undefined) invoices.set(invoice, [read.line]);
    else lines.push(read.line);
  }
}

class Importer {
  constructor(
    private readonly appends: HistoryAppends,
    private readonly pricing: Pricing,
    private readonly tally: ImportTally,
  ) {}

  async bringIn(invoice: string, lines: readonly [InvoiceLine, ...InvoiceLine[]]): Promise<void> {
    const purchase = this.purchaseOf(invoice, lines);
    const added = 'code' in purchase ? purchase : await this.appends.append(purchase);
    if (typeof added !== 'number') {
      this.tally.leaveOut(invoice, lines.length, added.code, added.reason);
      return;
    }
    if ('code' in purchase) return;
    // Not earlier: `+=` with an await would read the total before the wait and lose other invoices'
    // counts.
    this.tally.events += added;
    this.tally.count(purchase.cart, lines.length);
  }

  /**
   * The cart and its order, or the reason why they cannot be imported; nothing is appended then.
   */
  private purchaseOf(
    invoice: string,
    lines: readonly [InvoiceLine, ...InvoiceLine[]],
  ): PurchaseAppends | HistoryRejection {
    if (lines.length > TOO_MANY_LINES) return tooLarge;
    const [{ at, customer: customerId }] = lines;
    const cartId = cartIdOf(`online-retail/${invoice}`);
    const purchase = { at, currency: 'GBP', customerId, units: lines };
    const cart = historicCart(cartId, purchase, this.pricing.current);
    if ('code' in cart) return cart;
    return this.appends.prepare(cart, inputHash('ImportInvoice', { lines }), lines.length);
  }
}
