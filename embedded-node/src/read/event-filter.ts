// The filter of a read or subscription of `$all`, from the request. It tests the record in the log
// (a link, not its target).
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LoggedEvent } from '../log/logged-event.js';
import { patternOf } from './pattern.js';
import { invalid, unexpected } from '../wire/statuses.js';

type FilterOptions = InstanceType<typeof streams.ReadReq.Options.FilterOptions>;

export interface EventFilter {
  readonly wants: (event: LoggedEvent) => boolean;
  /** Number of events examined at once, whether they match or not. */
  readonly window: number;
  /** A checkpoint is sent after this many windows. */
  readonly checkpointInterval: number;
}

/** The real server's page size without a requested window. */
const DEFAULT_WINDOW = 32;

/**
 * @param isSubscription only subscriptions send checkpoints and request their interval
 * @throws StatusError for an invalid filter
 */
export function eventFilter(options: FilterOptions, isSubscription: boolean): EventFilter {
  const expression = options.getStreamIdentifier() ?? options.getEventType();
  if (expression === undefined) throw invalid('A filter needs a stream identifier or event type');
  if (!options.hasMax() && !options.hasCount()) throw invalid('A filter needs a window');
  const checkpointInterval = options.getCheckpointintervalmultiplier();
  if (isSubscription && checkpointInterval === 0) throw unexpected();
  const byStream = options.getStreamIdentifier() !== undefined;
  const textOf = ({ stream, type }: LoggedEvent) => (byStream ? stream : type);
  const matches = matcher(expression.getRegex(), expression.getPrefixList());
  return {
    wants: (event) => matches(textOf(event)),
    window: options.getMax() || DEFAULT_WINDOW,
    checkpointInterval,
  };
}

function matcher(regex: string, prefixes: readonly string[]): (text: string) => boolean {
  if (regex === '') return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  try {
    const pattern = patternOf(regex);
    return (text) => pattern.test(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unexpected();
    throw error;
  }
}
