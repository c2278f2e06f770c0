// The outcomes of an operator's replay. A refusal is a value with a reason; the refused part has
// changed nothing.
import type { SkippedEvent } from '../read-models/skipped-events.js';
import type { Generation } from '../read-models/table.js';
import type { Drift } from './drift.js';
import type { ImpactReport } from './report/impact-report.js';

export interface Refusal<Reason extends string> {
  readonly kind: 'refused';
  readonly reason: Reason;
  readonly message: string;
}

export function refused<const Reason extends string>(
  reason: Reason,
  message: string,
): Refusal<Reason> {
  return { kind: 'refused', reason, message };
}

/** The differences between live and standby rows. */
export interface Differences {
  readonly drift: readonly Drift[];
  /** Read models whose two generations are at different positions or have different columns. */
  readonly incomparable: readonly string[];
  /**
   * Null when carts were not rebuilt, or when both versions are the same and no report was
   * requested.
   */
  readonly report: ImpactReport | null;
}

export interface ReplayStatus extends Differences {
  readonly generations: readonly Generation[];
  readonly skipped: readonly SkippedEvent[];
}

/** The work of a rebuild or a promotion up to its end. */
export interface ReplayWork extends Differences {
  readonly rebuilt: readonly Generation[];
  readonly events: number;
  readonly seconds: number;
  readonly dropped: readonly Generation[];
}

export type RebuildOutcome =
  { readonly kind: 'on standby'; readonly work: ReplayWork } | Refusal<'HELD'>;

export type PromotionRefusal = Refusal<'NOT_ON_STANDBY' | 'BEHIND'>;

export type PromotionOutcome =
  | {
      readonly kind: 'promoted';
      readonly work: ReplayWork;
      readonly promoted: readonly Generation[];
      readonly ms: number;
    }
  /** The operator can override it by accepting the drift. */
  | (DriftRefusal & { readonly work: ReplayWork })
  | PromotionRefusal
  | Refusal<'HELD'>;

export type DriftRefusal = Refusal<'UNEXPLAINED_DRIFT' | 'INCOMPARABLE'>;

export type RollBackOutcome =
  | { readonly kind: 'rolled back'; readonly live: readonly Generation[] }
  | Refusal<'NOTHING_EARLIER' | 'BEHIND' | 'HELD'>;

export type DropOutcome =
  { readonly kind: 'dropped'; readonly generations: readonly Generation[] } | Refusal<'HELD'>;
