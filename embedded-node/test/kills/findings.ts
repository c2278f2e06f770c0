// What must be true of a log after any number of kills, as a list of what is not: acknowledged
// events lost or elsewhere, events doubled, halves of batches, gaps, system streams that disagree
// with the log.
import type { EventStoreDBClient, RecordedEvent } from '@eventstore/db-client';
import { WRITTEN, type Writer, type Write } from './writer.js';

type Recorded = Pick<RecordedEvent, 'id' | 'revision' | 'streamId'>;

export async function findings(
  client: EventStoreDBClient,
  writers: readonly Writer[],
): Promise<string[]> {
  const log = await writtenEvents(client.readAll());
  const found = positionsOf(log);
  for (const writer of writers) {
    const stream = log.filter(({ streamId }) => streamId === writer.stream);
    const read = await writtenEvents(client.readStream(writer.stream));
    if (textOf(read) !== textOf(stream)) found.push(`${writer.stream} differs from $all`);
    found.push(...gapsIn(stream), ...doublesIn(stream), ...lost(writer, stream));
    found.push(...writer.open.flatMap((write) => halves(writer.stream, write, stream)));
    found.push(...strangers(writer, stream));
  }
  return found;
}

/** The system projections hold each event once, in the order of the log. */
export async function projectionFindings(
  client: EventStoreDBClient,
  category: string,
): Promise<string[]> {
  const log = textOf(await writtenEvents(client.readAll()));
  const found: string[] = [];
  for (const name of [`$ce-${category}`, `$et-${WRITTEN}`]) {
    const links = client.readStream(name, { resolveLinkTos: true });
    if (textOf(await writtenEvents(links)) !== log) found.push(`${name} differs from the log`);
  }
  return found;
}

async function writtenEvents(
  items: AsyncIterable<{ readonly event?: RecordedEvent }>,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const { event } of items) if (event?.type === WRITTEN) events.push(event);
  return events;
}

function textOf(events: readonly Recorded[]): string {
  return events.map(({ streamId, revision, id }) => `${revision}@${streamId}=${id}`).join('\n');
}

function positionsOf(log: readonly RecordedEvent[]): string[] {
  return log.flatMap(({ position, id }, i) => {
    const before = log[i - 1]?.position;
    return before && before.commit >= position!.commit ? [`${id} is at no later position`] : [];
  });
}

function gapsIn(stream: readonly Recorded[]): string[] {
  return stream.flatMap(({ revision, streamId }, i) =>
    revision === BigInt(i) ? [] : [`${streamId} has ${revision} in place ${i}`],
  );
}

function doublesIn(stream: readonly Recorded[]): string[] {
  const seen = new Set<string>();
  return stream.flatMap(({ id, streamId }) => {
    if (seen.has(id)) return [`${id} is twice in ${streamId}`];
    seen.add(id);
    return [];
  });
}

function lost({ stream, acknowledged }: Writer, events: readonly Recorded[]): string[] {
  return acknowledged.flatMap(({ ids, firstRevision }) =>
    ids.flatMap((id, i) => {
      const revision = firstRevision + BigInt(i);
      const there = events[Number(revision)]?.id;
      return there === id ? [] : [`${revision}@${stream} is ${there}, acknowledged was ${id}`];
    }),
  );
}

/** A write without an answer is in the log as a whole, or not at all. */
function halves(name: string, { ids }: Write, events: readonly Recorded[]): string[] {
  const first = events.findIndex(({ id }) => ids.includes(id));
  if (first === -1) return [];
  const there = events.slice(first, first + ids.length).map(({ id }) => id);
  return there.join() === ids.join() ? [] : [`${name} holds a part of a write: ${there.join()}`];
}

function strangers({ stream, acknowledged, open }: Writer, events: readonly Recorded[]): string[] {
  const known = new Set([...acknowledged, ...open].flatMap(({ ids }) => ids));
  return events.flatMap(({ id }) => (known.has(id) ? [] : [`nobody wrote ${id} to ${stream}`]));
}
