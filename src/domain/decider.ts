// The shape of every aggregate in the domain: what happened is folded by `evolve`, what is asked is
// answered by `decide`, and neither knows a clock, a store or an environment.

/**
 * What the log knows of an event besides its content. `occurredAt` is in milliseconds since 1970.
 */
export interface EventFacts {
  readonly id: string;
  readonly revision: number;
  readonly occurredAt: number;
}

export type Recorded<Event> = Event & EventFacts;

/** Accepted with the events to append (none: nothing had to change), or refused by the business. */
export type Decision<Event, Rejection> =
  { readonly accepted: readonly Event[] } | { readonly rejected: Rejection };

export interface Decider<State, Command, Event, Rejection> {
  /**
   * The stream of aggregate `x` is `<category>-x`. Holds no hyphen, so that `$ce-<category>` works.
   */
  readonly category: string;
  readonly initial: State;
  /** Exhaustive: an event that it does not know is a defect, never ignored. */
  readonly evolve: (state: State, event: Recorded<Event>) => State;
  readonly decide: (command: Command, state: State) => Decision<Event, Rejection>;
}

export function accept<Event>(...events: readonly Event[]): {
  readonly accepted: readonly Event[];
} {
  return { accepted: events };
}

export function reject<Rejection>(rejected: Rejection): { readonly rejected: Rejection } {
  return { rejected };
}
