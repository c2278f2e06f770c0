// Imports invoices into the log: one append a stream, many streams in flight, the same ids at every
// run. A run that was killed and repeated ends as one that was not; a second run adds nothing.
import { cartAggregate, orderAggregate } from '../commands/aggregates.js';
import { cartIdOf, inputHash } from '../commands/command-id.js';
import { streamOf } from '../commands/command-runner.js';
import { repeatableEvents } from '../commands/proposed-events.js';
import type { Pricing } from '../domain/cart/pricing.js';
import { orderOf } from '../domain/order/commands.js';
import { initialOrder } from '../domain/order/state.js';
import { ConflictError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import type { NewEvent } from '../event-store/stored-event.js';
import { type InvoiceLine, readLines } from './csv-lines.js';
import { inParallel } from '../commands/in-parallel.js';
import { type InvoiceCart, invoiceCart } from './invoice-cart.js';

export interface ImportSummary {
  readonly lines: number;
  readonly imported: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly carts: number;
  readonly orders: number;
  readonly units: number;
  readonly revenue: { readonly minorUnits: number; readonly currency: string };
  /**
   * What this run appended: 0 where everything had been imported before. Of two runs at the same
   * moment both may count an event, which the store keeps once.
   */
  readonly events: number;
  readonly seconds: number;
}

export interface ImportOptions {
  readonly store: EventStore;
  readonly paths: readonly string[];
  readonly pricing: Pricing;
  /** Told after each invoice; `total` is known once the files have been read. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** By number, in the order of the files; an invoice's lines need not stand together. */
type Invoices = Map<string, [InvoiceLine, ...InvoiceLine[]]>;

const IN_FLIGHT = 64;
/** An importer would rather wait for a cluster to choose a new leader than fail. */
const APPEND_TIMEOUT_MS = 10_000;

/** @throws NotOnlineRetailError, StoreUnavailableError, and the system's error for an unreadable file */
export async function importOnlineRetail(options: ImportOptions): Promise<ImportSummary> {
  const begunAt = performance.now();
  const tally = new Tally();
  const invoices: Invoices = new Map();
  for (const path of options.paths) await gather(path, invoices, tally);
  let done = 0;
  await inParallel(invoices, IN_FLIGHT, async ([invoice, lines]) => {
    await importInvoice(options, invoice, lines, tally);
    options.onProgress?.((done += 1), invoices.size);
  });
  return tally.summary((performance.now() - begunAt) / 1000);
}

async function gather(path: string, invoices: Invoices, tally: Tally): Promise<void> {
  for await (const read of readLines(path)) {
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

async function importInvoice(
  { store, pricing }: Pick<ImportOptions, 'store' | 'pricing'>,
  invoice: string,
  lines: readonly [InvoiceLine, ...InvoiceLine[]],
  tally: Tally,
): Promise<void> {
  const { at } = lines[0];
  const commandId = cartIdOf(`online-retail/${invoice}`);
  const stream = streamOf(cartAggregate, commandId);
  const cart = invoiceCart(commandId, lines, at, pricing.current);
  for (const [code, count] of cart.refused) tally.skip(code, count);
  if (cart.importedLines === 0) return;
  const proposed = repeatableEvents(cartAggregate.codec, stream, cart.events, {
    occurredAt: new Date(at).toISOString(),
    commandId,
    commandHash: inputHash('ImportInvoice', { lines }),
    actor: { kind: 'importer' },
  });
  const added = await appendOnce(store, stream, proposed);
  if (added === 'differs') {
    tally.skip('imported before with other content', cart.importedLines);
    return;
  }
  const addedWithOrder = added + (await placeOrder(store, cart, at, pricing));
  // Only now: += reads what it adds to before it waits, and others count meanwhile.
  tally.events += addedWithOrder;
  tally.count(cart);
}

/** The order as a checkout places it, to the id: whoever else looks for it finds it done. */
async function placeOrder(
  store: EventStore,
  cart: InvoiceCart,
  at: number,
  pricing: Pricing,
): Promise<number> {
  const { orderId } = cart.state;
  if (orderId === null) throw new Error(`Cart ${cart.state.id} was filled but not checked out`);
  const command = orderOf(cart.state, at, orderId, pricing);
  const decision = orderAggregate.decider.decide(command, initialOrder);
  if ('rejected' in decision) throw new Error(`Order ${orderId}: ${decision.rejected.message}`);
  const stream = streamOf(orderAggregate, orderId);
  const proposed = repeatableEvents(orderAggregate.codec, stream, decision.accepted, {
    occurredAt: new Date(at).toISOString(),
    commandId: orderId,
    commandHash: 'PlaceOrder',
    actor: { kind: 'checkout' },
  });
  const added = await appendOnce(store, stream, proposed);
  if (added === 'differs') throw new Error(`${stream} holds something other than its order`);
  return added;
}

/** How many events were added: all of them, or none where they are there already. */
async function appendOnce(
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
): Promise<number | 'differs'> {
  const before = await presenceOf(store, stream, events);
  if (before !== 'absent') return before === 'same' ? 0 : 'differs';
  try {
    await store.append(stream, events, 'no_stream', { timeoutMs: APPEND_TIMEOUT_MS });
    return events.length;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // Somebody else came in between: another import of the same file, or a process manager.
    return (await presenceOf(store, stream, events)) === 'same' ? 0 : 'differs';
  }
}

/** One append writes all events or none, so the command of the first one stands for all. */
async function presenceOf(
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
): Promise<'absent' | 'same' | 'differs'> {
  const { commandId, commandHash } = events[0]?.metadata ?? {};
  for await (const { metadata } of store.readStream(stream, { maxCount: 1 })) {
    const isSame = metadata.commandId === commandId && metadata.commandHash === commandHash;
    return isSame ? 'same' : 'differs';
  }
  return 'absent';
}

class Tally {
  lines = 0;
  events = 0;
  private imported = 0;
  private carts = 0;
  private units = 0;
  private revenue = 0;
  private readonly skipped = new Map<string, number>();

  skip(reason: string, lines = 1): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + lines);
  }

  count({ state, importedLines }: InvoiceCart): void {
    this.imported += importedLines;
    this.carts += 1;
    for (const { portions } of state.lines) {
      for (const { quantity, unitPrice } of portions) {
        this.units += quantity;
        this.revenue += quantity * unitPrice;
      }
    }
  }

  summary(seconds: number): ImportSummary {
    return {
      lines: this.lines,
      imported: this.imported,
      skipped: Object.fromEntries([...this.skipped].sort(([a], [b]) => (a < b ? -1 : 1))),
      carts: this.carts,
      orders: this.carts,
      units: this.units,
      revenue: { minorUnits: this.revenue, currency: 'GBP' },
      events: this.events,
      seconds: Math.round(seconds * 1000) / 1000,
    };
  }
}
