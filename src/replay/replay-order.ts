// What the replay desk asks its thread to do, and what the thread tells.
import type { ErrorPolicy } from '../projections/generation-writer.js';
import type { ReadModelPlace } from '../read-models/open.js';
import type { Refusal } from './outcomes.js';

interface NamedOrder {
  /** Names of read models; empty for all, or for those of the last promotion. */
  readonly names: readonly string[];
}

export interface RebuildOrder extends NamedOrder {
  readonly kind: 'rebuild';
  /** Whether to rebuild read models that are already on standby. */
  readonly isFresh: boolean;
  /** Whether to report on the carts even when both have the same version. */
  readonly isReportAsked: boolean;
  readonly isFullSpeed: boolean;
}

export interface PromotionOrder extends NamedOrder {
  readonly kind: 'promote';
  readonly isDriftAccepted: boolean;
  readonly isFullSpeed: boolean;
}

export interface RollBackOrder extends NamedOrder {
  readonly kind: 'roll back';
  readonly isStaleAccepted: boolean;
}

/**
 * `drop old` drops all generations that are not live, except the newest on standby.
 * `drop new` drops those after the live ones.
 */
interface DropOrder extends NamedOrder {
  readonly kind: 'drop old' | 'drop new';
}

interface PauseOrder {
  readonly kind: 'pause';
  readonly name: string;
  readonly isPaused: boolean;
}

/** Stops the replay that another instance or a command runs. */
interface StopOrder {
  readonly kind: 'stop';
}

export type ReplayOrder =
  RebuildOrder | PromotionOrder | RollBackOrder | DropOrder | PauseOrder | StopOrder;

export interface ReplayWorkerData {
  readonly order: ReplayOrder;
  readonly place: ReadModelPlace;
  readonly connectionString: string;
  /** Module with the pricing rules; default: the built-in ones. */
  readonly pricingRules?: string;
  readonly onError: ErrorPolicy;
  /** Of the record; a new one unless given. */
  readonly id?: string;
  /** Who asks, such as `admin ann`, and why. */
  readonly by: string;
  readonly reason?: string;
}

/** Which record of a replay tells the rest; null when there is none. */
export interface BegunReplay {
  readonly kind: 'begun';
  readonly id: string | null;
}

/** `changed`: the record has. `ending`: the thread does nothing more but let go. */
export interface ReplayNotice {
  readonly kind: 'changed' | 'ending';
}

export type FromReplay = BegunReplay | Refusal<string> | ReplayNotice;
