// The context of a command: its actor, its idempotency key and the revision that the caller has
// seen.
import type { Rejection } from '../domain/rejection.js';
import type { MayAct } from './owner.js';
import type { LoadOption } from '../folds/aggregate-store.js';

export interface Actor {
  readonly kind: string;
  readonly subject?: string;
}

export interface CommandContext {
  /** The caller's idempotency key: repeating it with the same input has no further effect. */
  readonly commandId?: string;
  /** The revision that the caller has seen. If omitted, a conflict triggers an automatic retry. */
  readonly expectedRevision?: number;
  readonly actor: Actor;
  /**
   * Whether the caller may act for the owner of the cart that the command is decided on. A claim
   * may have changed the owner since the caller was let in.
   */
  readonly mayAct?: MayAct;
  /** Why the actor does it, in the actor's words. It is stored with the events. */
  readonly reason?: string;
  /** Shared by everything that one request of a client leads to. It is stored with the events. */
  readonly correlationId?: string;
  /** Id of the event that leads to this command. It is stored with the events. */
  readonly causationId?: string;
  /** Further keys of the caller, such as its address. Rate limits count for each key. */
  readonly callers?: readonly string[];
  /**
   * The state of the first attempt; default `cached`. A rejection is decided again on fresh state.
   */
  readonly load?: LoadOption;
  /**
   * When it happened in the business, in milliseconds since 1970; default: the time of the
   * decision.
   */
  readonly occurredAt?: number;
}

export interface AcceptedCommand<State> {
  readonly accepted: true;
  readonly state: State;
  /** Revision of this command's last event, or of the stream when the command appended nothing. */
  readonly revision: number;
  /** Commit position of the last event; null when this call appended nothing. */
  readonly position: bigint | null;
  /** True when an earlier call with the same key did the work. */
  readonly replayed: boolean;
}

export interface RejectedCommand {
  readonly accepted: false;
  readonly rejection: Rejection;
}

export type CommandOutcome<State> = AcceptedCommand<State> | RejectedCommand;

/** In one word: accepted, replayed, or the code of the rejection. */
export function outcomeName(outcome: CommandOutcome<unknown>): string {
  if (!outcome.accepted) return outcome.rejection.code;
  return outcome.replayed ? 'replayed' : 'accepted';
}

export function refused(rejection: Rejection): RejectedCommand {
  return { accepted: false, rejection };
}

export interface CommandRequest<Command, State> {
  readonly id: string;
  /**
   * Adds the trusted terms and the instant of the command. Called once for each attempt, with the
   * state that the attempt decides on.
   */
  readonly enrich: (at: number, state: State) => Command | Promise<Command>;
  /** Distinguishes a retry from a reused key; required with a commandId. */
  readonly hash?: string;
  /** The id of another command of the stream; once that was processed, this one does nothing. */
  readonly unlessProcessed?: string;
  /** Runs before each decision, except for a command that was processed before. */
  readonly admit?: (state: State, at: number) => Promise<Rejection | undefined>;
  /** Validates the state after each decision, before the append. */
  readonly foresee?: (after: State) => Promise<Rejection | undefined>;
  /** Runs before the stream's next command starts. Returns the outcome to report. */
  readonly review?: (outcome: CommandOutcome<State>) => Promise<CommandOutcome<State>>;
  readonly context: CommandContext;
}
