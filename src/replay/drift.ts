// Shadow canary: what differs between the rows that are served and those that stand by, row by row
// in one snapshot of the database, and in money where the rows are carts.
import type { AnyProjection } from '../projections/registry.js';
import { canonical } from '../read-models/canonical.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation, Row } from '../read-models/table.js';

export interface Drift {
  readonly name: string;
  readonly served: number;
  readonly standing: number;
  /** Rows that were compared, and rows that differ or are only in one of the two. */
  readonly rows: number;
  readonly differing: number;
  /** Of those, rows that no other version of the pricing explains. */
  readonly unexplained: number;
  /** Keys of some of the unexplained. */
  readonly examples: readonly string[];
  /** What the standing carts come to, less what the served ones do, in minor units. */
  readonly money: Readonly<Record<string, number>>;
}

export type DriftRows = Pick<RowStore, 'rows'>;

const EXAMPLES = 5;

/** Both are at one checkpoint, in a snapshot. Rows are compared as they are stored. */
export async function driftBetween(
  rows: DriftRows,
  projection: AnyProjection,
  served: Generation,
  standing: Generation,
): Promise<Drift> {
  const { table, name } = projection;
  const tally = new Tally(name, served.version !== standing.version);
  for await (const [key, one, other] of paired(
    rows.rows(served, table),
    rows.rows(standing, table),
    table.key,
  )) {
    tally.compare(key, one, other);
  }
  return tally.drift(served.generation, standing.generation);
}

class Tally {
  private rows = 0;
  private differing = 0;
  private unexplained = 0;
  private readonly examples: string[] = [];
  private readonly money = new Map<string, number>();

  constructor(
    private readonly name: string,
    private readonly isOtherVersion: boolean,
  ) {}

  compare(key: string, one: Row | undefined, other: Row | undefined): void {
    this.rows += 1;
    if (isSame(one, other)) return;
    this.differing += 1;
    this.countMoney(one, -1);
    this.countMoney(other, 1);
    if (this.isExplained(one, other)) return;
    this.unexplained += 1;
    if (this.examples.length < EXAMPLES) this.examples.push(key);
  }

  drift(served: number, standing: number): Drift {
    const { name, rows, differing, unexplained, examples } = this;
    const money = Object.fromEntries(this.money);
    return { name, served, standing, rows, differing, unexplained, examples, money };
  }

  private countMoney(row: Row | undefined, sign: number): void {
    if (this.name !== 'cart' || row === undefined) return;
    const currency = String(row['currency']);
    this.money.set(currency, (this.money.get(currency) ?? 0) + sign * Number(row['total']));
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

/** Rows of the same code have their properties in the same order, so that most need no sorting. */
function isSame(one: Row | undefined, other: Row | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other) || canonical(one) === canonical(other);
}

type Paired = readonly [key: string, one: Row | undefined, other: Row | undefined];

/** Walks over two lists that are in the order of their key, side by side. */
async function* paired(
  ones: AsyncIterable<Row>,
  others: AsyncIterable<Row>,
  keyColumn: string,
): AsyncIterable<Paired> {
  const left = ones[Symbol.asyncIterator]();
  const right = others[Symbol.asyncIterator]();
  let one = await left.next();
  let other = await right.next();
  while (one.done !== true || other.done !== true) {
    const leftKey = one.done === true ? undefined : String(one.value[keyColumn]);
    const rightKey = other.done === true ? undefined : String(other.value[keyColumn]);
    const isLeft = rightKey === undefined || (leftKey !== undefined && leftKey <= rightKey);
    const isRight = leftKey === undefined || (rightKey !== undefined && rightKey <= leftKey);
    const key = (isLeft ? leftKey : rightKey) ?? '';
    yield [
      key,
      isLeft && one.done !== true ? one.value : undefined,
      isRight && other.done !== true ? other.value : undefined,
    ];
    if (isLeft) one = await left.next();
    if (isRight) other = await right.next();
  }
}
