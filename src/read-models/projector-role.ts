// Of several instances on one database, one projects. The others learn of its commits.
import type { Statements } from './database.js';

/** What the instance that projects tells the others after a commit. */
export interface Told {
  /** Of the last event applied. */
  readonly position: bigint;
  /** Read models of which the served rows changed. */
  readonly changed: readonly string[];
}

export interface ProjectorRole {
  /** Counts the holders of the role; undefined while this instance has never been one. */
  readonly term: number | undefined;
  /**
   * Resolves when this is the one instance that projects, with a signal that says when it no longer
   * is. @throws the signal's reason when it is told to wait no longer
   */
  hold(signal: AbortSignal): Promise<AbortSignal>;
  /** Part of the transaction whose commit it tells of, so that nobody hears of it before. */
  tell(statements: Statements, told: Told): Promise<void>;
  /** Calls back after each commit of the instance that projects, also when it is another one. */
  follow(listener: (told: Told) => void): Promise<void>;
  close(): Promise<void>;
}

/** Another instance projects by now; nothing of this commit was written. */
export class RoleLostError extends Error {
  override readonly name = 'RoleLostError';
  constructor() {
    super('Another instance projects by now');
  }
}

/** Of a SQLite file: it belongs to one service, whose projector is the only one. */
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
