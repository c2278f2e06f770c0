// Shadow canary: the differences between live and standby rows, row by row in one snapshot of the
// database, and in money for carts.
import type { CountedDrift } from '../projections/projection-status.js';
import { type AnyProjection, projectionFor } from '../projections/registry.js';
import { canonical } from '../read-models/canonical.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation, Row } from '../read-models/table.js';

export type Drift = Omit<CountedDrift, 'position' | 'countedAt'>;

/** The reads of the database; all of them see one moment. */
export type DriftRows = Pick<RowStore, 'compare' | 'load'>;

const EXAMPLES = 5;
/** Differing rows are loaded in batches of this size. */
const BATCH = 500;

/**
 * The drift of every standby generation that is at the live one's checkpoint.
 *
 * @param rows a snapshot
 * @param now in milliseconds since 1970
 */
export async function countDrift(
  rows: DriftRows & Pick<RowStore, 'generations'>,
  projections: readonly AnyProjection[],
  now: number,
): Promise<readonly CountedDrift[]> {
  const generations = await rows.generations();
  const counted: CountedDrift[] = [];
  for (const standing of generations.filter(({ status }) => status === 'STANDBY')) {
    const { name, checkpoint } = standing;
    const served = generations.find((one) => one.name === name && one.status === 'LIVE');
    const projection = projectionFor(projections, standing);
    if (projection === undefined || served?.checkpoint !== checkpoint) continue;
    const drift = await driftBetween(rows, projection, served, standing);
    if (drift !== null) counted.push({ ...drift, position: String(checkpoint), countedAt: now });
  }
  return counted;
}

/**
 * Both generations are at one checkpoint, in a snapshot. Only rows whose stored values differ are
 * loaded. Null when the generations have different columns.
 */
export async function driftBetween(
  rows: DriftRows,
  projection: AnyProjection,
  served: Generation,
  standing: Generation,
): Promise<Drift | null> {
  const { table, name } = projection;
  const comparison = await rows.compare(served, standing, table);
  if (comparison === null) return null;
  const { rows: compared, differing } = comparison;
  const tally = new DriftTally(projection, served, standing);
  for (let from = 0; from < differing.length; from += BATCH) {
    const keys = differing.slice(from, from + BATCH);
    const ones = await rows.load(served, table, keys);
    const others = await rows.load(standing, table, keys);
    for (const key of keys) tally.compare(key, ones.get(key), others.get(key));
  }
  return {
    name,
    served: served.generation,
    standing: standing.generation,
    rows: compared,
    ...tally.found,
  };
}

class DriftTally {
  private differing = 0;
  private unexplained = 0;
  private readonly examples: string[] = [];
  private readonly money = new Map<string, bigint>();

  constructor(
    private readonly projection: AnyProjection,
    private readonly served: Generation,
    private readonly standing: Generation,
  ) {}

  compare(key: string, one: Row | undefined, other: Row | undefined): void {
    if (isSame(one, other)) return;
    this.differing += 1;
    this.countMoney(one, -1n);
    this.countMoney(other, 1n);
    if (this.isExplained(one, other)) return;
    this.unexplained += 1;
    if (this.examples.length < EXAMPLES) this.examples.push(key);
  }

  get found(): Pick<Drift, 'differing' | 'unexplained' | 'examples' | 'money'> {
    const { differing, unexplained, examples } = this;
    return { differing, unexplained, examples, money: Object.fromEntries(this.money) };
  }

  private countMoney(row: Row | undefined, sign: bigint): void {
    if (this.projection.name !== 'cart' || row === undefined) return;
    const currency = String(row['currency']);
    this.money.set(
      currency,
      (this.money.get(currency) ?? 0n) + sign * BigInt(Number(row['total'])),
    );
  }

  /** Another pricing version changes a cart's price but not its contents. */
  private isExplained(one: Row | undefined, other: Row | undefined): boolean {
    const { projection, served, standing } = this;
    if (served.version === standing.version || projection.name !== 'cart') return false;
    if (one === undefined || other === undefined) return false;
    if (!isSame(unpriced(one), unpriced(other))) return false;
    return standing.version !== projection.version || isPricedBy(projection, other);
  }
}

/**
 * Whether a row of carts costs what these rules give. It does not where they were edited and kept
 * their number, or give another answer each time. Rules that fail for it stop the projector, which
 * names the cart.
 */
export function isPricedBy(carts: AnyProjection, row: Row): boolean {
  try {
    return isSame(carts.complete(row), row);
  } catch {
    return true;
  }
}

function unpriced(row: Row): Row {
  return { ...row, view: null, total: null };
}

/** Rows with different stored text can still be equal. */
function isSame(one: Row | undefined, other: Row | undefined): boolean {
  return canonical(one) === canonical(other);
}
