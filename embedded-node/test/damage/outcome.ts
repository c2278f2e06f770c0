// What becomes of a damaged log when somebody uses it: it is refused, a read says so, or there is
// no difference. Anything else is the fault that this looks for.
import { inspect, isDeepStrictEqual } from 'node:util';
import { EventStoreDBClient, BACKWARDS, END, jsonEvent } from '@eventstore/db-client';
import { startNode } from '../../src/server/node.js';
import { eventsOf, type SeenEvent, type WrittenLog } from './written-log.js';
import { LogFileError } from '../../src/errors.js';

export type Outcome = 'refused' | 'told' | 'harmless';

/**
 * Reads everything in every way, and appends.
 * @throws Error where anything is served that was not written, or less than was
 */
export async function outcomeOf(dataDir: string, written: WrittenLog): Promise<Outcome> {
  const reports: string[] = [];
  let node;
  try {
    node = await startNode({ dataDir, report: (line) => reports.push(line) });
  } catch (error) {
    if (error instanceof LogFileError) return 'refused';
    throw error;
  }
  const client = EventStoreDBClient.connectionString(node.connectionString);
  try {
    const outcomes = await readings(client, written, reports);
    outcomes.push(await told(reports, () => appendOne(client)));
    return outcomes.includes('told') ? 'told' : 'harmless';
  } finally {
    await client.dispose();
    await node.stop();
  }
}

async function readings(client: EventStoreDBClient, written: WrittenLog, reports: string[]) {
  const outcomes: Outcome[] = [];
  const compare = async (
    what: string,
    events: Parameters<typeof eventsOf>[0],
    expected: readonly SeenEvent[],
  ) => {
    const outcome = await told(reports, async () => {
      const seen = await eventsOf(events);
      seen.forEach((event, at) => {
        if (isDeepStrictEqual(event, expected[at])) return;
        throw new Error(`${what}: ${inspect(event)} instead of ${inspect(expected[at])}`);
      });
      if (seen.length < expected.length) throw new Error(`${what}: only ${seen.length} events`);
    });
    outcomes.push(outcome);
  };
  await compare('$all', client.readAll(), written.events);
  await compare(
    '$all backwards',
    client.readAll({ direction: BACKWARDS, fromPosition: END }),
    written.events.toReversed(),
  );
  for (const [stream, events] of written.streams) {
    if (stream === 'gone' || stream.startsWith('$$')) continue;
    await compare(stream, client.readStream(stream), events);
    const backwards = client.readStream(stream, { direction: BACKWARDS, fromRevision: END });
    await compare(`${stream} backwards`, backwards, events.toReversed());
  }
  return outcomes;
}

/** An error counts only if it says what is damaged, to the reader and in the node's own log. */
async function told(reports: readonly string[], work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return 'harmless';
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!/DATA_LOSS|The log is damaged/.test(message)) throw error;
    if (reports.length === 0) throw new Error('The node has said nothing', { cause: error });
    return 'told';
  }
}

async function appendOne(client: EventStoreDBClient): Promise<void> {
  await client.appendToStream('damage-after', jsonEvent({ type: 'after', data: {} }));
  const [event] = await eventsOf(client.readStream('damage-after'));
  if (event === undefined) throw new Error('What was appended is not there');
}
