// Shadow canary: what differs between the rows that are served and those that stand by, row by row
// in one snapshot of the database, and in money where the rows are carts.
import type { CountedDrift } from '../projections/projection-status.js';
import { type AnyProjection, projectionFor } from '../projections/registry.js';
import { canonical } from '../read-models/canonical.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation, Row } from '../read-models/table.js';

export type Drift = Omit<CountedDrift, 'position' | 'countedAt'>;

/** What is read of the database, all of it from one moment. */
export type DriftRows = Pick<RowStore, 'compare' | 'load'>;

const EXAMPLES = 5;
/** So many rows that differ are loaded at a time. */
const BATCH = 500;

/**
 * Every generation that stands by and is at the place of the served one, as the two are now.
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
 * Both are at one checkpoint, in a snapshot. Only rows that are not stored alike are looked at.
 * Null where the rows are of another shape.
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
  const tally = new DriftTally(name, served.version !== standing.version);
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
    private readonly name: string,
    private readonly isOtherVersion: boolean,
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
    if (this.name !== 'cart' || row === undefined) return;
    const currency = String(row['currency']);
    this.money.set(
      currency,
      (this.money.get(currency) ?? 0n) + sign * BigInt(Number(row['total'])),
    );
  }

  /** Another version of the pricing changes what a cart comes to, and nothing of what is in it. */
  private isExplained(one: Row | undefined, other: Row | undefined): boolean {
    if (!this.isOtherVersion || this.name !== 'cart') return false;
    if (one === undefined || other === undefined) return false;
    return isSame(unpriced(one), unpriced(other));
  }
}

function unpriced(row: Row): Row {
  return { ...row, view: null, total: null };
}

/** What is stored as another text may still say the same. */
function isSame(one: Row | undefined, other: Row | undefined): boolean {
  return canonical(one) === canonical(other);
}
