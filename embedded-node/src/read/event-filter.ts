// The filter of a read or subscription of `$all`, from the request. It tests the record in the log
// (a link, not its target).
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { type EventTest, eventTest, type TestCriteria } from './event-test.js';
import { invalid, unexpected } from '../wire/statuses.js';

type FilterOptions = InstanceType<typeof streams.ReadReq.Options.FilterOptions>;

export interface EventFilter extends EventTest {
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
  return {
    ...testOf({
      on: options.getStreamIdentifier() === undefined ? 'eventType' : 'stream',
      regex: expression.getRegex(),
      prefixes: expression.getPrefixList(),
    }),
    window: options.getMax() || DEFAULT_WINDOW,
    checkpointInterval,
  };
}

function testOf(criteria: TestCriteria): EventTest {
  try {
    return eventTest(criteria);
  } catch (error) {
    if (error instanceof SyntaxError) throw unexpected();
    throw error;
  }
}
