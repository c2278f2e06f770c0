// Compiles the filter of a group on `$all` to a test of events.
import type { LoggedEvent } from '../log/logged-event.js';
import { patternOf } from '../read/pattern.js';
import type { Wanted } from './ports.js';
import type { FilterDefinition } from './settings.js';

/** Throws a `SyntaxError` for an invalid regular expression. */
export function compileFilter(filter: FilterDefinition): Wanted {
  const textOf = ({ stream, type }: LoggedEvent): string =>
    filter.on === 'stream' ? stream : type;
  const { regex, prefixes = [] } = filter;
  if (regex !== undefined) {
    const pattern = patternOf(regex);
    return (event) => pattern.test(textOf(event));
  }
  return (event) => prefixes.some((prefix) => textOf(event).startsWith(prefix));
}
