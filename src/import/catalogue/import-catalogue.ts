// Brings a catalogue file into the log, each row in one append, and reports what each row changed.
// A row that changes nothing appends nothing, so running it again is safe.
import type { CatalogCommands } from '../../commands/catalog-commands.js';
import type { Actor } from '../../commands/command-context.js';
import { inParallel } from '../../commands/in-parallel.js';
import { catalogDecider } from '../../domain/catalog/decide.js';
import type { CatalogEvent } from '../../domain/catalog/events.js';
import type { ProductState } from '../../domain/catalog/state.js';
import type { Rejection } from '../../domain/rejection.js';
import { type CatalogueChange, type CatalogueRow, readCatalogue } from './catalogue-file.js';

export interface CatalogueImportOptions {
  readonly catalog: Pick<CatalogCommands, 'freshState' | 'set'>;
  readonly path: string;
  readonly isDryRun: boolean;
  /** Who answers for it. */
  readonly actor: Actor;
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** Called after each row. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface CatalogueRowReport {
  readonly row: number;
  readonly sku: string;
  readonly outcome: 'listed' | 'changed' | 'unchanged' | 'refused';
  /** What changes, such as name or price. */
  readonly changes: readonly string[];
  readonly reason: string | null;
}

export interface CatalogueReport {
  readonly dryRun: boolean;
  readonly listed: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly rows: readonly CatalogueRowReport[];
}

/** Each product's rows run one after another. */
const IN_FLIGHT = 32;

const words: Readonly<Record<CatalogEvent['type'], string>> = {
  ProductListed: 'listing',
  ProductRenamed: 'name',
  ProductDescribed: 'description',
  ProductTagged: 'tags',
  ProductPictured: 'image',
  ProductTaxCategorized: 'tax category',
  ProductPriceChanged: 'price',
  ProductPricePlanned: 'planned price',
  PlannedPriceDropped: 'planned price',
  ProductDelisted: 'withdrawn',
  ProductRestored: 'restored',
};

/**
 * Reads the file whole before the first append.
 *
 * @throws FileColumnsError, AmbiguousFileError, UnbelievableFileError, StoreUnavailableError, and
 * the system's error for an unreadable file
 */
export async function importCatalogue(options: CatalogueImportOptions): Promise<CatalogueReport> {
  const rows = await readCatalogue(options.path);
  const bySku = new Map<string, CatalogueRow[]>();
  for (const row of rows) {
    const sku = await namedBy(row, options.catalog);
    const known = bySku.get(sku);
    if (known === undefined) bySku.set(sku, [row]);
    else known.push(row);
  }
  const reports: CatalogueRowReport[] = [];
  await inParallel(bySku, IN_FLIGHT, async ([sku, ofProduct]) => {
    const product = new ProductRows(sku, options);
    for (const row of ofProduct) {
      reports.push(await product.bringIn(row));
      options.onProgress?.(reports.length, rows.length);
    }
  });
  const count = (outcome: CatalogueRowReport['outcome']) =>
    reports.filter((one) => one.outcome === outcome).length;
  return {
    dryRun: options.isDryRun,
    listed: count('listed'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    rows: reports.sort((a, b) => a.row - b.row),
  };
}

/** Earlier releases stored SKUs as they were typed: such a product is named by its exact text. */
async function namedBy(
  { sku, written }: CatalogueRow,
  catalog: Pick<CatalogCommands, 'freshState'>,
): Promise<string> {
  if (written === sku) return sku;
  return (await catalog.freshState(written)).sku === null ? sku : written;
}

/** The rows of one product, on its state as the rows before leave it. */
class ProductRows {
  private state: ProductState | undefined;

  constructor(
    private readonly sku: string,
    private readonly options: CatalogueImportOptions,
  ) {}

  async bringIn({ row, asked }: CatalogueRow): Promise<CatalogueRowReport> {
    const { sku } = this;
    const outcome = 'fault' in asked ? asked.fault : await this.set({ ...asked, sku });
    if (typeof outcome === 'string') {
      return { row, sku, outcome: 'refused', changes: [], reason: outcome };
    }
    const changes = [...new Set(outcome.map(({ type }) => words[type]))];
    const isListed = outcome.some(({ type }) => type === 'ProductListed');
    const done = isListed ? 'listed' : changes.length > 0 ? 'changed' : 'unchanged';
    return { row, sku, outcome: done, changes, reason: null };
  }

  /** The events of the change, or why it is refused. */
  private async set(change: CatalogueChange): Promise<readonly CatalogEvent[] | string> {
    const { catalog, isDryRun, actor, now } = this.options;
    const at = now();
    const before = this.state ?? (await catalog.freshState(this.sku));
    const decision = catalogDecider.decide({ ...change, type: 'SetProduct', at }, before);
    if ('rejected' in decision) return inWords(decision.rejected);
    const facts = { id: '', occurredAt: at };
    this.state = decision.accepted.reduce(
      (state, event, index) =>
        catalogDecider.evolve(state, { ...event, ...facts, revision: before.revision + index + 1 }),
      before,
    );
    if (isDryRun || decision.accepted.length === 0) return decision.accepted;
    const outcome = await catalog.set(change, { actor, load: 'fresh' });
    if (!outcome.accepted) return inWords(outcome.rejection);
    this.state = outcome.state;
    return decision.accepted;
  }
}

function inWords({ message }: Rejection): string {
  return message;
}
