// Among several instances on one database, one projects. It notifies the others of its commits.
import type { Statements } from './database.js';

/** The notification after a commit, and about once a second between commits. */
export interface Told {
  /** Commit position of the last applied event. */
  readonly position: bigint;
  /** Read models whose live rows changed. */
  readonly changed: readonly string[];
  /** Only between commits. */
  readonly standing?: ProjectorStanding;
}

/** How the projecting instance is doing. */
export interface ProjectorStanding {
  /** Every event of the log is applied. */
  readonly isLive: boolean;
  readonly error: string | null;
}

export interface ProjectorRole {
  /** The number of this holder of the role; undefined while this instance has never held it. */
  readonly term: number | undefined;
  /**
   * Resolves when this instance holds the role, with a signal that aborts when it loses it.
   *
   * @throws the signal's reason when it is aborted first
   */
  hold(signal: AbortSignal): Promise<AbortSignal>;
  /** After a commit, in the same transaction, so that no instance hears of it earlier. */
  tell(statements: Statements, told: Told): Promise<void>;
  /** Calls the listener after each commit of the projecting instance, even another one. */
  follow(listener: (told: Told) => void): Promise<void>;
  close(): Promise<void>;
}

/** Another instance projects now; nothing of this commit was written. */
export class RoleLostError extends Error {
  override readonly name = 'RoleLostError';
  constructor() {
    super('Another instance projects now');
  }
}

/** For a SQLite file, which has a single service and a single projector. */
export const soleProjector: ProjectorRole = {
  term: undefined,
  hold(signal) {
    signal.throwIfAborted();
    return Promise.resolve(new AbortController().signal);
  },
  tell: () => Promise.resolve(),
  follow: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
