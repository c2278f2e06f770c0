// Imports invoices into the log: one append per stream, many streams in parallel, the same ids in
// every run. A killed and repeated run has the same result as an uninterrupted one; a second run
// appends nothing.
import { cartAggregate, orderAggregate } from '../commands/aggregates.js';
import { cartIdOf, inputHash } from '../commands/command-id.js';
import { streamOf } from '../commands/command-runner.js';
import { repeatableEvents } from '../commands/proposed-events.js';
import type { Pricing } from '../domain/cart/pricing.js';
import { orderOf } from '../domain/order/commands.js';
import { initialOrder } from '../domain/order/state.js';
import { fits } from '../event-store/append-message.js';
import { AppendRefusedError, ConflictError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import type { NewEvent } from '../event-store/stored-event.js';
import { type InvoiceLine, readLines } from './csv-lines.js';
import type { AskedForm } from './file-form.js';
import { type ImportSummary, ImportTally } from './import-summary.js';
import { inParallel } from '../commands/in-parallel.js';
import { type InvoiceCart, invoiceCart, type InvoiceRejection } from './invoice-cart.js';
import { StorePatience } from '../event-store/store-patience.js';

export type { ImportSummary, LeftOutInvoice } from './import-summary.js';

export interface ImportOptions {
  readonly store: EventStore;
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
/** The import waits for a cluster to elect a new leader rather than fail. */
const APPEND_TIMEOUT_MS = 10_000;
/** An invoice with fewer lines cannot reach the size limit; one with more always exceeds it. */
const LINES_TO_MEASURE = 400;
const TOO_MANY_LINES = 4_000;

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
  const importer = new Importer(store, pricing, patience, tally);
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

/** One append to one stream. */
interface Append {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

class Importer {
  constructor(
    private readonly store: EventStore,
    private readonly pricing: Pricing,
    private readonly patience: StorePatience,
    private readonly tally: ImportTally,
  ) {}

  async bringIn(invoice: string, lines: readonly [InvoiceLine, ...InvoiceLine[]]): Promise<void> {
    const purchase = this.purchaseOf(invoice, lines);
    const outcome = 'code' in purchase ? purchase : await this.append(purchase);
    if ('code' in outcome) {
      this.tally.leaveOut(invoice, lines.length, outcome.code, outcome.reason);
      return;
    }
    // Not earlier: `+=` with an await would read the total before the wait and lose other invoices'
    // counts.
    this.tally.events += outcome.added;
    this.tally.count(outcome.cart, lines.length);
  }

  /**
   * The cart and its order, or the reason why they cannot be imported; nothing is appended then.
   */
  private purchaseOf(
    invoice: string,
    lines: readonly [InvoiceLine, ...InvoiceLine[]],
  ): Purchase | InvoiceRejection {
    if (lines.length > TOO_MANY_LINES) return tooLarge;
    const { at } = lines[0];
    const cartId = cartIdOf(`online-retail/${invoice}`);
    const cart = invoiceCart(cartId, lines, at, this.pricing.current);
    if ('code' in cart) return cart;
    const cartAppend = cartAppendOf(cart, cartId, lines);
    const orderAppend = this.orderAppendOf(cart, at);
    const isTooLarge =
      lines.length >= LINES_TO_MEASURE &&
      [cartAppend, orderAppend].some((one) => !fits({ ...one, expectedRevision: 'no_stream' }));
    return isTooLarge ? tooLarge : { cart, cartAppend, orderAppend };
  }

  /**
   * The same order, with the same id, as a checkout would place; a process manager finds it done.
   */
  private orderAppendOf(cart: InvoiceCart, at: number): Append {
    const { orderId } = cart.state;
    const command = orderOf(cart.state, at, orderId, this.pricing);
    const decision = orderAggregate.decider.decide(command, initialOrder);
    if ('rejected' in decision) throw new Error(`Order ${orderId}: ${decision.rejected.message}`);
    const stream = streamOf(orderAggregate, orderId);
    const events = repeatableEvents(orderAggregate.codec, stream, decision.accepted, {
      occurredAt: new Date(at).toISOString(),
      commandId: orderId,
      commandHash: 'PlaceOrder',
      actor: { kind: 'checkout' },
    });
    return { stream, events };
  }

  private async append(
    purchase: Purchase,
  ): Promise<{ readonly cart: InvoiceCart; readonly added: number } | InvoiceRejection> {
    const { cart, cartAppend, orderAppend } = purchase;
    const cartAdded = await this.appendOnce(cartAppend);
    if (typeof cartAdded !== 'number') return cartAdded;
    const orderAdded = await this.appendOnce(orderAppend);
    if (typeof orderAdded !== 'number') return orderAdded;
    return { cart, added: cartAdded + orderAdded };
  }

  /** Number of appended events: all of them, or 0 when they exist already. */
  private appendOnce(append: Append): Promise<number | InvoiceRejection> {
    return this.patience.call(async () => {
      const before = await this.presenceOf(append);
      if (before !== 'absent') return before === 'same' ? 0 : otherContent;
      const { stream, events } = append;
      try {
        await this.store.append(stream, events, 'no_stream', { timeoutMs: APPEND_TIMEOUT_MS });
        return events.length;
      } catch (error) {
        if (error instanceof AppendRefusedError) {
          return { code: 'refused by the event store', reason: error.message };
        }
        if (!(error instanceof ConflictError)) throw error;
        // Another writer was faster: an import of the same file, or a process manager.
        return (await this.presenceOf(append)) === 'same' ? 0 : otherContent;
      }
    });
  }

  /** One append writes all events or none, so the last event's command identifies all of them. */
  private async presenceOf({ stream, events }: Append): Promise<'absent' | 'same' | 'differs'> {
    const { commandId, commandHash } = events.at(-1)?.metadata ?? {};
    const from = events.length - 1;
    for await (const { metadata } of this.store.readStream(stream, { from, maxCount: 1 })) {
      const isSame = metadata.commandId === commandId && metadata.commandHash === commandHash;
      return isSame ? 'same' : 'differs';
    }
    return 'absent';
  }
}

interface Purchase {
  readonly cart: InvoiceCart;
  readonly cartAppend: Append;
  readonly orderAppend: Append;
}

const tooLarge: InvoiceRejection = {
  code: 'invoice too large',
  reason: 'it is larger than the event store accepts in one append (1 MiB)',
};

const otherContent: InvoiceRejection = {
  code: 'imported before with other content',
  reason: 'it was imported before with other content, which stays',
};

function cartAppendOf(
  { events }: InvoiceCart,
  cartId: string,
  lines: readonly [InvoiceLine, ...InvoiceLine[]],
): Append {
  const stream = streamOf(cartAggregate, cartId);
  const proposed = repeatableEvents(cartAggregate.codec, stream, events, {
    occurredAt: new Date(lines[0].at).toISOString(),
    commandId: cartId,
    commandHash: inputHash('ImportInvoice', { lines }),
    actor: { kind: 'importer' },
  });
  return { stream, events: proposed };
}
