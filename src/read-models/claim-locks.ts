// The port to the locks of claimants: each is made of a name, and held by one connection for as
// long as that lasts.
import type { Statements } from './database.js';

export interface ClaimLocks {
  /** @throws ReadModelsUnavailableError */
  hold(name: string): Promise<HeldClaimLock>;
}

export interface HeldClaimLock {
  /** Over the connection that holds the lock, so they fail where it is lost. */
  readonly statements: Statements;
  /** Aborts when the connection ends, and the lock with it. */
  readonly lost: AbortSignal;
  /**
   * Whether nobody holds the lock of another name.
   *
   * @throws ReadModelsUnavailableError
   */
  isFree(name: string): Promise<boolean>;
  /** Releases the lock. */
  end(): Promise<void>;
}
