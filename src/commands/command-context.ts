// Who asks, under which key, and what they know of the stream.
import type { Rejection } from '../domain/rejection.js';
import type { LoadOption } from '../folds/aggregate-store.js';

export interface Actor {
  readonly kind: string;
  readonly subject?: string;
}

export interface CommandContext {
  /** The caller's idempotency key: the same key with the same input acts once. */
  readonly commandId?: string;
  /** The revision that the caller has seen; without it a conflicting write is decided again. */
  readonly expectedRevision?: number;
  readonly actor: Actor;
  /** By what else this caller is known, such as an address: limits count over all of it. */
  readonly callers?: readonly string[];
  /**
   * On which state it is decided first; default `cached`. A refusal is decided again on a fresh
   * one.
   */
  readonly load?: LoadOption;
  /** When it happened, in milliseconds since 1970; by default when it is decided. */
  readonly occurredAt?: number;
}

export interface Accepted<State> {
  readonly accepted: true;
  readonly state: State;
  /** Of the last event of this command, or of the stream when nothing had to be appended. */
  readonly revision: number;
  /** Commit position of the last event; null when nothing was appended by this call. */
  readonly position: bigint | null;
  /** True when an earlier call with the same key had done it. */
  readonly replayed: boolean;
}

export interface Refused {
  readonly accepted: false;
  readonly rejection: Rejection;
}

export type CommandOutcome<State> = Accepted<State> | Refused;

export function refused(rejection: Rejection): Refused {
  return { accepted: false, rejection };
}

export interface CommandRequest<Command, State> {
  readonly id: string;
  /** Adds the trusted terms and the instant at which it occurs; asked again for each decision. */
  readonly enrich: (at: number) => Command | Promise<Command>;
  /** Tells a retry from a reused key; demanded where the context has a commandId. */
  readonly hash?: string;
  /** Asked before each decision, but not for a command that was processed before. */
  readonly admit?: () => Promise<Rejection | undefined>;
  /** Asked about the state that each decision would leave, before anything is appended. */
  readonly foresee?: (after: State) => Promise<Rejection | undefined>;
  /** Asked about the outcome before the stream's next command begins; gives what is answered. */
  readonly review?: (outcome: CommandOutcome<State>) => Promise<CommandOutcome<State>>;
  readonly context: CommandContext;
}
