// The shape of every aggregate: `evolve` folds events, `decide` answers commands. Neither depends
// on a clock, a store or an environment.

/**
 * What the log records about an event besides its content. `occurredAt` is in milliseconds since
 * 1970.
 */
export interface EventFacts {
  readonly id: string;
  readonly revision: number;
  readonly occurredAt: number;
}

export type Recorded<Event> = Event & EventFacts;

/**
 * The event contradicts the ones before it in its stream, so the state after it is unclear.
 * `decide` never returns such an event, but another writer can append one.
 */
export class ImpossibleEventError extends Error {
  override readonly name = 'ImpossibleEventError';
}

/** Accepted with the events to append (an empty list: nothing changes), or rejected. */
export type Decision<Event, Rejection> =
  { readonly accepted: readonly Event[] } | { readonly rejected: Rejection };

export interface Decider<State, Command, Event, Rejection> {
  /**
   * The stream of aggregate `x` is `<category>-x`. The category has no hyphen, so `$ce-<category>`
   * works.
   */
  readonly category: string;
  readonly initial: State;
  /**
   * Exhaustive: an unknown event type is a defect and is never ignored.
   *
   * @throws ImpossibleEventError, and nothing else, for any event that the codec accepts
   */
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
