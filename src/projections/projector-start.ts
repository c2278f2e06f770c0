// How the projector's loop starts a projector, and what it tells of the generations on record.
import type { RowStore } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';
import type { FollowedLog } from '../subscriptions/subscription.js';
import { systemTime, type Time } from '../waiting/time.js';
import type { ErrorPolicy } from './generation-writer.js';
import type { FromProjector, ToldGeneration } from './projector-progress.js';
import type { SpanTaker } from './projection-spans.js';
import { Projector } from './projector.js';
import type { AnyProjection } from './registry.js';

export interface ProjectorLoopOptions {
  readonly store: FollowedLog;
  readonly rows: RowStore;
  readonly projections: readonly AnyProjection[];
  /** Default: stop. */
  readonly onError?: ErrorPolicy | undefined;
  readonly listener: (message: FromProjector) => void;
  /** Default: nothing is traced. */
  readonly onSpans?: SpanTaker | undefined;
  readonly signal: AbortSignal;
  /** Default: the system's time. */
  readonly time?: Time;
}

export function startProjector(options: ProjectorLoopOptions): Promise<Projector> {
  const { rows, projections, onError, time = systemTime } = options;
  return Projector.start(rows, projections, { time, ...(onError && { onError }) });
}

/** All generations on record, and why the projector leaves some of them as they are. */
export async function toldGenerations(
  rows: Pick<RowStore, 'generations'>,
  { frozen }: Pick<Projector, 'frozen'>,
): Promise<readonly ToldGeneration[]> {
  const reasons = new Map(frozen.map(({ generation, reason }) => [idOf(generation), reason]));
  return (await rows.generations()).map((one) => ({
    name: one.name,
    generation: one.generation,
    version: one.version,
    status: one.status,
    isPaused: one.isPaused,
    wasLive: one.promotedAt !== null,
    position: String(one.checkpoint),
    frozen: reasons.get(idOf(one)) ?? null,
  }));
}

function idOf({ name, generation }: Pick<Generation, 'name' | 'generation'>): string {
  return `${name}/${generation}`;
}
