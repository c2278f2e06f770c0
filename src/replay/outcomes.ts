// What becomes of an operator's request to replay. A refusal is a value: it says why, and that
// nothing was changed by the part that it refuses.
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

/** The live rows against those on standby. */
export interface Differences {
  readonly drift: readonly Drift[];
  /** Read models whose two generations are at different positions or have different columns. */
  readonly incomparable: readonly string[];
  /** Null where carts were not rebuilt, or are of the live version and no report was asked for. */
  readonly report: ImpactReport | null;
}

export interface ReplayStatus extends Differences {
  readonly generations: readonly Generation[];
  readonly skipped: readonly SkippedEvent[];
}

/** What a rebuild or a promotion did before it ended. */
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
  /** It can be overruled by accepting the drift. */
  | (DriftRefusal & { readonly work: ReplayWork })
  | PromotionRefusal
  | Refusal<'HELD'>;

export type DriftRefusal = Refusal<'UNEXPLAINED_DRIFT' | 'INCOMPARABLE'>;

export type RollBackOutcome =
  | { readonly kind: 'rolled back'; readonly live: readonly Generation[] }
  | Refusal<'NOTHING_EARLIER' | 'BEHIND'>;

export type DropOutcome =
  { readonly kind: 'dropped'; readonly generations: readonly Generation[] } | Refusal<'HELD'>;
