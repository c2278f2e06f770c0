// What a client asks of the events of `$all`: that the name of their stream or type matches an
// expression or begins with one of some texts.
import type { LoggedEvent } from '../log/logged-event.js';
import { BoundedPattern } from './bounded-pattern.js';

export interface TestCriteria {
  readonly on: 'stream' | 'eventType';
  /** Empty or absent: the prefixes count. */
  readonly regex?: string;
  readonly prefixes?: readonly string[];
}

export interface EventTest {
  /** @throws StatusError where an expression takes too long */
  readonly wants: (event: LoggedEvent) => boolean;
  /** Call it with a page before its events are tested one by one, which is then cheaper. */
  readonly testAhead: (events: readonly LoggedEvent[]) => void;
}

/** @throws SyntaxError for an invalid regular expression */
export function eventTest({ on, regex = '', prefixes = [] }: TestCriteria): EventTest {
  const textOf = ({ stream, type }: LoggedEvent): string => (on === 'stream' ? stream : type);
  if (regex === '') {
    const wants = (event: LoggedEvent) =>
      prefixes.some((prefix) => textOf(event).startsWith(prefix));
    return { wants, testAhead: () => undefined };
  }
  const pattern = new BoundedPattern(regex);
  return {
    wants: (event) => pattern.test(textOf(event)),
    testAhead: (events) => pattern.testAhead(events.map(textOf)),
  };
}
