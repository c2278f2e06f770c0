// Who claims what is to be sent, before sending it: one run of one instance. Instances that share a
// database see each other's claims.
import type { Statements } from './database.js';

export interface Claiming {
  /** A claim is recorded under it. */
  readonly name: string;
  /** Writes claims, and only while the name is this instance's. */
  readonly statements: Statements;
}

export interface Claimant {
  /** No other instance uses the tables, so earlier claims are of ended runs. */
  readonly isAlone: boolean;
  /** @throws ReadModelsUnavailableError while it may claim nothing */
  claiming(): Claiming;
  /** Ends what claimants that have ended have claimed there, from now on. */
  attend(table: ClaimedTable): void;
}

/** A table of which instances claim rows. */
export interface ClaimedTable {
  /** The names of which a claim has not run out. */
  claimants(statements: Statements, now: number): Promise<readonly string[]>;
  /** Ends all claims of a name. */
  release(statements: Statements, name: string, now: number): Promise<void>;
  /**
   * What is under way in this instance is claimed by its new name, unless another instance has
   * claimed it meanwhile.
   */
  rename(claiming: Claiming, now: number): Promise<void>;
}

/** A claimant whose claims end by time alone. */
export function claimantWithoutLock(
  name: string,
  statements: Statements,
  isAlone: boolean,
): Claimant {
  return { isAlone, claiming: () => ({ name, statements }), attend: () => undefined };
}
