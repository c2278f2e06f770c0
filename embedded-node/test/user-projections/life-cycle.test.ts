// Projections that clients create, through the official client: what they do with events, what
// their commands answer, and what they leave in the log.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { Projections } from './given.js';

const cleanup = new Cleanup();
let given: Projections;
beforeAll(async () => {
  given = await Projections.start(cleanup);
});
afterAll(() => cleanup.run());

/** A name without a hyphen. */
const newName = (what: string) => what + randomUUID().replaceAll('-', '');
const counting = `$init: () => ({ sum: 0 }), Happened(s, e) { s.sum += e.data.n; }`;

describe('what they read', () => {
  test.each<[what: string, query: (category: string) => string, sum: number]>([
    ['a stream', (c) => `fromStream('${c}-1').when({ ${counting} })`, 3],
    ['streams', (c) => `fromStreams('${c}-1', '${c}-2').when({ ${counting} })`, 13],
    ['a category', (c) => `fromCategory('${c}').when({ ${counting} })`, 13],
    [
      'all',
      (c) => `fromAll().when({ $init: () => ({ sum: 0 }), Happened(s, e) {
      if (e.streamId.startsWith('${c}')) s.sum += e.data.n; } })`,
      13,
    ],
  ])('%s', async (_, query, sum) => {
    const [category, name] = [newName('read'), newName('sum')];
    await given.append(`${category}-1`, 1);
    await given.client.createProjection(name, query(category));
    await given.append(`${category}-2`, 10);
    await given.append(`${category}-1`, 2);
    const status = await given.until(name, () => true);
    expect(status).toMatchObject({ status: 'Running', stateReason: '', name });
    // Events of other tests may count as handled, so their number does not tell when it is there.
    const state = () => given.client.getProjectionState<{ readonly sum: number }>(name);
    await given.eventually(async () => (await state()).sum === sum);
    expect(await state()).toEqual({ sum });
    expect(await given.client.getProjectionResult(name)).toEqual({ sum });
  });

  test('streams in the order of the log', async () => {
    const [category, name] = [newName('order'), newName('list')];
    for (const n of [1, 2, 3, 4, 5]) await given.append(`${category}-${n % 2}`, n);
    await given.client.createProjection(
      name,
      `fromStreams('${category}-0', '${category}-1').when({
        $init: () => [], Happened(s, e) { s.push(e.data.n); } })`,
    );
    await given.handled(name, 5);
    expect(await given.client.getProjectionState(name)).toEqual([1, 2, 3, 4, 5]);
  });

  test('partitions by stream, with a deleted one', async () => {
    const [category, name] = [newName('parts'), newName('count')];
    await given.client.createProjection(
      name,
      `fromCategory('${category}').foreachStream().when({ ${counting},
        $deleted(s) { s.isOver = true; } })`,
    );
    await given.append(`${category}-1`, 1, 2);
    await given.append(`${category}-2`, 5);
    await given.client.deleteStream(`${category}-1`);
    await given.handled(name, 4);
    const state = (partition: string) => given.client.getProjectionState(name, { partition });
    expect(await state(`${category}-1`)).toEqual({ sum: 3, isOver: true });
    expect(await state(`${category}-2`)).toEqual({ sum: 5 });
    expect(await state('nobody')).toEqual({});
    expect(await given.client.getProjectionState(name)).toEqual({});
  });
});

describe('what they write', () => {
  test('events and links, with the position and the event that caused them', async () => {
    const [stream, name] = [newName('source'), newName('emit')];
    await given.client.createProjection(
      name,
      `fromStream('${stream}').when({ Happened(s, e) {
        emit('${stream}out', 'Seen', { n: e.data.n }, { own: 1, $causedBy: 'forged', $v: '9' });
        linkTo('${stream}links', e); } })`,
      { emitEnabled: true },
    );
    const event = jsonEvent({
      type: 'Happened',
      data: { n: 4 },
      metadata: { $correlationId: 'c' },
    });
    await given.client.appendToStream(stream, event);
    await given.handled(name, 1);
    const [seen] = await all(given.client.readStream(`${stream}out`));
    expect(seen?.event).toMatchObject({
      type: 'Seen',
      data: { n: 4 },
      metadata: {
        $v: expect.stringMatching(/^\d+:-1:0:4$/),
        $s: { [stream]: 0 },
        $causedBy: event.id,
        $correlationId: 'c',
        own: 1,
      },
    });
    const [link] = await all(given.client.readStream(`${stream}links`, { resolveLinkTos: true }));
    expect(link?.event?.id).toBe(event.id);
    expect(await given.read(`$projections-${name}-emittedstreams`)).toEqual([]);
    expect(await given.read(`$projections-${name}`)).toMatchObject([
      ['$ProjectionUpdated', { handlerType: 'JS', mode: 'Continuous', enabled: true, version: 0 }],
    ]);
  });

  test('each result of outputState, and of a partition with a link', async () => {
    const [category, name] = [newName('out'), newName('results')];
    await given.client.createProjection(
      name,
      `fromCategory('${category}').foreachStream().when({ ${counting} }).outputState()`,
    );
    await given.append(`${category}-1`, 1, 2);
    await given.handled(name, 2);
    expect(await given.read(`$projections-${name}-${category}-1-result`)).toEqual([
      ['Result', { sum: 1 }],
      ['Result', { sum: 3 }],
    ]);
    const links = await given.read(`$projections-${name}-result`);
    expect(links).toEqual(
      [0, 1].map((n) => ['$>', `${n}@$projections-${name}-${category}-1-result`]),
    );
    expect(await given.read(`$projections-${name}-partitions`)).toEqual([
      ['$partition', `${category}-1`],
    ]);
  });

  test.each<[what: string, isTracked: boolean]>([
    ['deletes the streams that it emitted to', true],
    ['leaves them if they were not tracked', false],
  ])('a deletion %s', async (_, isTracked) => {
    const [stream, name] = [newName('source'), newName('gone')];
    const options = { emitEnabled: true, trackEmittedStreams: isTracked };
    const query = `fromStream('${stream}').when({ Happened() { emit('${stream}out', 'Seen', {}); } })`;
    await given.client.createProjection(name, query, options);
    await given.append(stream, 1);
    await given.handled(name, 1);
    await expect(given.client.deleteProjection(name)).rejects.toMatchObject({
      message: expect.stringContaining('received OperationFailed instead'),
    });
    await given.client.disableProjection(name);
    expect(await given.read(`$projections-${name}-checkpoint`)).toHaveLength(1);
    await given.client.deleteProjection(name, {
      deleteEmittedStreams: true,
      deleteCheckpointStream: true,
    });
    expect(await given.read(`${stream}out`)).toHaveLength(isTracked ? 0 : 1);
    expect(await given.read(`$projections-${name}-checkpoint`)).toEqual([]);
    await expect(given.status(name)).rejects.toMatchObject({
      message: expect.stringContaining('received NotFound instead'),
    });
  });
});

describe('their life', () => {
  const started = async (what: string) => {
    const [stream, name] = [newName('source'), newName(what)];
    await given.client.createProjection(name, `fromStream('${stream}').when({ ${counting} })`);
    await given.append(stream, 1);
    await given.handled(name, 1);
    return { stream, name, state: () => given.client.getProjectionState(name) };
  };

  test('a disabled one waits, and continues where it was', async () => {
    const { stream, name, state } = await started('waits');
    await given.client.disableProjection(name);
    expect(await given.status(name)).toMatchObject({
      status: 'Stopped',
      position: `${stream}: 0`,
      lastCheckpoint: `${stream}: 0`,
    });
    await given.append(stream, 10);
    expect(await state()).toEqual({ sum: 1 });
    await given.client.enableProjection(name);
    await given.handled(name, 1);
    expect(await state()).toEqual({ sum: 11 });
  });

  test('an aborted one has no checkpoint, and begins again', async () => {
    const { stream, name, state } = await started('aborted');
    await given.client.abortProjection(name);
    expect((await given.status(name)).status).toBe('Aborted/Stopped');
    await given.append(stream, 10);
    await given.client.enableProjection(name);
    await given.handled(name, 2);
    expect(await state()).toEqual({ sum: 11 });
  });

  test('an updated one keeps its state', async () => {
    const { stream, name, state } = await started('updated');
    const query = `fromStream('${stream}').when({ Happened(s, e) { s.sum += 100 * e.data.n; } })`;
    await given.client.updateProjection(name, query);
    await given.append(stream, 2);
    await given.handled(name, 1);
    expect(await state()).toEqual({ sum: 201 });
    expect((await given.status(name)).version).toBe(1n);
  });

  test('one that is reset begins anew, and its streams, too', async () => {
    const [stream, name] = [newName('source'), newName('reset')];
    await given.append(stream, 1, 2);
    const query = `fromStream('${stream}').when({ Happened(s, e) { linkTo('${stream}out', e); } })`;
    await given.client.createProjection(name, query, { emitEnabled: true });
    await given.handled(name, 2);
    await given.client.resetProjection(name);
    await given.handled(name, 2);
    expect(await given.read(`${stream}out`)).toEqual([
      ['$>', `0@${stream}`],
      ['$>', `1@${stream}`],
    ]);
    expect(await given.status(name)).toMatchObject({ epoch: 1n, version: 1n });
  });

  test('all go on when the subsystem starts again', async () => {
    const { stream, name, state } = await started('restarted');
    await given.client.restartSubsystem();
    await given.append(stream, 4);
    await given.handled(name, 1);
    expect(await state()).toEqual({ sum: 5 });
  });

  test('a transient one ends where the log ends, and shows its results', async () => {
    const [stream, name] = [newName('source'), newName('query')];
    await given.append(stream, 1, 2);
    await given.createQuery(`fromStream('${stream}').when({ ${counting} })`, name);
    await given.until(name, ({ status }) => status === 'Completed');
    expect(await given.client.getProjectionState(name)).toEqual({ sum: 3 });
    expect(await given.read(`$projections-${name}-result`)).toEqual([
      ['Result', { sum: 3 }],
      ['$Eof', ''],
    ]);
    expect(await given.read(`$projections-${name}`)).toEqual([]);
    await given.client.deleteProjection(name);
  });

  test('a one-time one is listed by its mode, with a name that was made up', async () => {
    const before = await given.namesOfOneTime();
    await given.createQuery(`fromStream('${newName('none')}').when({ ${counting} })`);
    const names = await given.namesOfOneTime();
    const [made = ''] = names.filter((name) => !before.includes(name));
    await given.until(made, ({ status }) => status === 'Completed');
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a deleted name can be used again, and begins at the beginning', async () => {
    const { stream, name, state } = await started('twice');
    await given.client.disableProjection(name);
    await given.client.deleteProjection(name);
    await given.client.createProjection(name, `fromStream('${stream}').when({ ${counting} })`);
    await given.handled(name, 1);
    expect(await state()).toEqual({ sum: 1 });
  });
});

test.each<[what: string, call: (name: string) => Promise<unknown>]>([
  ['update', (name) => given.client.updateProjection(name, 'fromAll()')],
  ['delete', (name) => given.client.deleteProjection(name)],
  ['enable', (name) => given.client.enableProjection(name)],
  ['disable', (name) => given.client.disableProjection(name)],
  ['abort', (name) => given.client.abortProjection(name)],
  ['reset', (name) => given.client.resetProjection(name)],
  ['state', (name) => given.client.getProjectionState(name)],
  ['result', (name) => given.client.getProjectionResult(name)],
  ['status', (name) => given.client.getProjectionStatus(name)],
])('%s says of an unknown one that there is none', async (_, call) => {
  await expect(call('nobody')).rejects.toMatchObject({
    code: 2,
    message: expect.stringContaining('received NotFound instead'),
  });
});

test('a name is used once, and is not blank', async () => {
  const name = newName('once');
  const create = (named: string) => given.client.createProjection(named, 'fromAll().when({})');
  await create(name);
  await expect(create(name)).rejects.toMatchObject({
    message: expect.stringContaining('Envelope callback expected Updated, received Conflict'),
  });
  await expect(create('  ')).rejects.toMatchObject({
    message: expect.stringContaining('received OperationFailed instead'),
  });
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
