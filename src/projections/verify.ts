// Re-reads the log and says what does not agree with it: streams with a gap, and read models whose
// rows are not what a fold from scratch gives at their own checkpoint.
import { ChainCheck } from '../event-store/chain.js';
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { UnknownEventError } from '../domain/codec.js';
import { canonical } from '../read-models/canonical.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation, Row } from '../read-models/table.js';
import { type AnyProjection, makerOf } from './registry.js';
import { chainedPrefixes, projectedEvent } from './shop-events.js';
import type { ProjectedEvent } from './projection.js';

export interface Verification {
  readonly events: number;
  readonly streams: number;
  /** Events from before their stream had a hash chain. */
  readonly unchained: number;
  readonly readModels: readonly { readonly name: string; readonly rows: number }[];
  /** Each a line that says where and what; empty when all agrees. */
  readonly differences: readonly string[];
}

/** The rows that are judged. */
export type VerifiedRows = Pick<RowStore, 'generations' | 'rows'>;

/** One generation folded from scratch. */
interface Refold {
  readonly generation: Generation;
  readonly projection: AnyProjection;
  readonly rows: Map<string, Row>;
}

/** Enough to see what is wrong without drowning in it. */
const MAX_DIFFERENCES = 100;

/** @throws StoreUnavailableError, MalformedEventError */
export async function verify(
  store: Pick<EventStore, 'readAll'>,
  rows: VerifiedRows,
  projections: readonly AnyProjection[],
): Promise<Verification> {
  const differences: string[] = [];
  const refolds = refoldsOf(await rows.generations(), projections, differences);
  const contiguity = new Contiguity(differences);
  const chains = new ChainCheck();
  let events = 0;
  for await (const stored of store.readAll({ prefixes: chainedPrefixes })) {
    events += 1;
    contiguity.check(stored);
    const broken = chains.check(stored);
    if (broken !== undefined) differences.push(broken);
    const event = known(stored);
    if (event !== undefined) foldInto(refolds, stored.position, event);
  }
  for (const refold of refolds) await compare(rows, refold, differences);
  return {
    events,
    streams: contiguity.streams,
    unchained: chains.unchained,
    readModels: refolds.map(({ generation, rows: { size } }) => ({
      name: labelOf(generation),
      rows: size,
    })),
    differences: differences.slice(0, MAX_DIFFERENCES),
  };
}

/** What is served, and what could be served the next moment. */
function refoldsOf(
  generations: readonly Generation[],
  projections: readonly AnyProjection[],
  differences: string[],
): Refold[] {
  const served = generations.filter(({ status }) => status !== 'BUILDING');
  return served.flatMap((generation): Refold[] => {
    const projection = makerOf(projections, generation);
    if (projection !== undefined) return [{ generation, projection, rows: new Map() }];
    if (generation.status === 'LIVE') {
      differences.push(
        `${generation.name}: this build does not know the code that made version ${generation.version} of it; a rebuild is due`,
      );
    }
    return [];
  });
}

/** Of those that stand by there may be several. */
function labelOf({ name, generation, status }: Generation): string {
  return status === 'LIVE' ? name : `${name} (generation ${generation}, standing by)`;
}

/** A projection passes over a type that it does not know, and so does this. */
function known(stored: StoredEvent): ProjectedEvent | undefined {
  try {
    return projectedEvent(stored);
  } catch (error) {
    if (error instanceof UnknownEventError) return undefined;
    throw error;
  }
}

function foldInto(refolds: readonly Refold[], position: bigint, event: ProjectedEvent): void {
  for (const { generation, projection, rows } of refolds) {
    if (position > generation.checkpoint) continue;
    const key = projection.keyOf(event);
    if (key !== undefined) rows.set(key, projection.evolve(rows.get(key), event));
  }
}

async function compare(store: VerifiedRows, refold: Refold, differences: string[]): Promise<void> {
  const { generation, projection, rows } = refold;
  const label = labelOf(generation);
  const missing = new Set(rows.keys());
  for await (const row of store.rows(generation, projection.table)) {
    const key = String(row[projection.table.key]);
    missing.delete(key);
    const folded = rows.get(key);
    if (folded === undefined) differences.push(`${label}: ${key} is not in the log`);
    else if (canonical(projection.complete(folded)) !== canonical(row)) {
      differences.push(`${label}: ${key} differs from its fold`);
    }
  }
  for (const key of missing) differences.push(`${label}: ${key} is missing`);
}

class Contiguity {
  private readonly last = new Map<string, number>();

  constructor(private readonly differences: string[]) {}

  get streams(): number {
    return this.last.size;
  }

  check({ stream, revision }: StoredEvent): void {
    const expected = (this.last.get(stream) ?? -1) + 1;
    if (revision !== expected) {
      this.differences.push(`${stream}: revision ${revision} where ${expected} was to come`);
    }
    this.last.set(stream, revision);
  }
}
