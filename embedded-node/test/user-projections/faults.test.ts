// What ends a projection: each fault is named as the real server names it, in the projection's
// status, and harms nobody else.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

const newName = (what: string) => what + randomUUID().replaceAll('-', '');
const HANDLER = 'EventStore.Projections.Core.Services.Interpreted.JintProjectionStateHandler';

test.each<[query: string, reason: string | RegExp]>([
  [`fromAll(`, "unexpected token in expression: ''"],
  [`for (;;);`, /^Projection script took too long to compile \(took: /],
  [`1 + 1`, 'None of streams and categories are included'],
  [
    `fromAll().when({ A() {}, $any() {} })`,
    'Both AllEvents and specific event filters cannot be set',
  ],
  [`fromAll(); fromStream('a')`, 'Both FromAll and specific categories/streams cannot be set'],
  [
    `fromStream('a'); fromCategory('b')`,
    'Streams and categories cannot be included in a filter at the same time',
  ],
  [
    `fromAll().when({ $deleted() {} })`,
    'Deleted stream notifications are only supported with foreachStream()',
  ],
  [`options({ reorderEvents: true }); fromAll()`, 'Event reordering cannot be used with fromAll()'],
])('a query that cannot be used: %s', async (query, reason) => {
  const name = newName('unusable');
  await given.client.createProjection(name, query);
  const status = await given.status(name);
  expect(status.status).toBe('Faulted');
  expect(status.stateReason).toEqual(
    reason instanceof RegExp ? expect.stringMatching(reason) : reason,
  );
  await given.client.updateProjection(name, `fromStream('${name}').when({ $any() {} })`);
  expect((await given.status(name)).status).toBe('Running');
});

test.each<[code: string, message: string]>([
  [`if (e.data.n === 3) throw new Error('not three')`, 'not three'],
  [`if (e.data.n === 3) for (;;);`, 'Projection script took too long to execute (took: '],
  [
    `if (e.data.n === 3) { const all = []; for (;;) all.push(new Uint8Array(1e6)); }`,
    'out of memory',
  ],
  [`if (e.data.n === 3) s.self = s`, 'circular reference'],
  [`if (e.data.n === 3) process.exit(1)`, "'process' is not defined"],
  [`if (e.data.n === 3) emit('', 'Seen', {})`, "Value cannot be null. (Parameter 'streamId')"],
])('an event that it fails on, after those before it: %s', async (code, message) => {
  const [stream, name] = [newName('source'), newName('fails')];
  await given.append(stream, 1, 2, 3, 4);
  const query = `fromStream('${stream}').when({ $init: () => ({ sum: 0 }), Happened(s, e) {
    ${code}; s.sum += e.data.n; emit('${stream}out', 'Seen', e.data); } })`;
  await given.client.createProjection(name, query, { emitEnabled: true });
  expect(await given.fault(name)).toContain(
    `The ${name} projection failed to process an event.\r\nHandler: ${HANDLER}\r\nEvent Position: ${stream}: 2\r\n\r\nMessage:\r\n\r\n${message}`,
  );
  expect((await given.status(name)).status).toBe('Faulted (Enabled)');
  expect(await given.client.getProjectionState(name)).toEqual({ sum: 3 });
  expect(await given.read(`${stream}out`)).toEqual([
    ['Seen', { n: 1 }],
    ['Seen', { n: 2 }],
  ]);
});

test.each([`throw new Error('x'.repeat(5e6))`, `emit('s'.repeat(5e6), '', {})`])(
  'a reason of megabytes is cut, since every list of projections has it: %s',
  async (code) => {
    const [stream, name] = [newName('source'), newName('loud')];
    await given.append(stream, 1);
    const query = `fromStream('${stream}').when({ Happened() { ${code}; } })`;
    await given.client.createProjection(name, query, { emitEnabled: true });
    const reason = await given.fault(name);
    expect(reason).toContain(`The ${name} projection failed`);
    expect(reason.length).toBeLessThanOrEqual(10_000);
  },
);

test('one that may not emit', async () => {
  const [stream, name] = [newName('source'), newName('silent')];
  await given.append(stream, 1);
  const query = `fromStream('${stream}').when({ Happened() { emit('${stream}out', 'Seen', {}); } })`;
  await given.client.createProjection(name, query);
  expect(await given.fault(name)).toBe(
    "'emit' is not allowed by the projection/configuration/mode",
  );
  await given.client.updateProjection(name, query, { emitEnabled: true });
  await given.handled(name, 1);
  expect(await given.read(`${stream}out`)).toHaveLength(1);
});

test.each<[how: string, code: string]>([
  ['an event', `emit('SOURCE', 'Seen', {})`],
  ['an event of the type that it handles', `emit('SOURCE', 'Happened', e.data)`],
  ['a link to the event', `linkTo('SOURCE', e)`],
  ['a link to a stream', `linkStreamTo('SOURCE', 'some')`],
])('one that emits to the stream that it reads: %s', async (_, code) => {
  const [stream, name] = [newName('source'), newName('self')];
  const query = `fromStream('${stream}').when({ Happened(s, e) { CODE; } })`;
  const emitting = query.replace('CODE', code.replace('SOURCE', stream));
  await given.client.createProjection(name, emitting, { emitEnabled: true });
  await given.append(stream, 1);
  expect(await given.fault(name)).toMatch(
    new RegExp(
      `^The '${stream}' stream managed by projection \\d+ has been written to from the outside`,
    ),
  );
  expect(await given.read(stream)).toHaveLength(1);
});

test.each<[how: string, query: (name: string) => string]>([
  [
    'from all',
    (name) => `fromAll().when({ $any(s, e) {
      if (e.streamId.startsWith('${name}')) emit('${name}-out', 'Seen', {}); } })`,
  ],
  [
    'from the category that it emits to',
    (name) => `fromCategory('${name}').when({ $any() { emit('${name}-out', 'Seen', {}); } })`,
  ],
  [
    'from a stream that it emits to later',
    (name) => `fromStreams('${name}-in', '${name}-out').when({ $any() {
      emit('${name}-out', 'Seen', {}); } })`,
  ],
  [
    'with links, which it asks for',
    (name) => `options({ $includeLinks: true }); fromAll().when({ $any(s, e) {
      if (e.streamId.startsWith('${name}')) linkTo('${name}-out', e); } })`,
  ],
])('one that emits for each event that it emits: %s', async (_, query) => {
  const name = newName('endless');
  await given.client.createProjection(name, query(name), { emitEnabled: true });
  await given.append(`${name}-in`, 1);
  expect(await given.fault(name)).toContain('handles what it emits, and so emits without end');
  expect((await given.read(`${name}-out`)).length).toBeLessThanOrEqual(1_001);
});

test('one that was endless goes on with a query that is not', async () => {
  const name = newName('mended');
  const endless = `fromAll().when({ $any(s, e) {
    if (e.streamId.startsWith('${name}')) emit('${name}-out', 'Seen', {}); } })`;
  await given.client.createProjection(name, endless, { emitEnabled: true });
  await given.append(`${name}-in`, 1);
  expect(await given.fault(name)).toContain('emits without end');
  const left = (await given.read(`${name}-out`)).length;
  await given.client.updateProjection(name, endless.replace(`emit('${name}`, `emit('once-${name}`));
  await given.until(name, ({ progress, status }) => status === 'Running' && progress === 100);
  expect((await given.read(`once-${name}-out`)).length).toBeGreaterThan(0);
  expect(await given.read(`${name}-out`)).toHaveLength(left);
});

test('two that emit for what the other one emits', async () => {
  const name = newName('circle');
  const passing = (from: string, to: string) =>
    `fromStreams('${name}-in', '${from}').when({ $any() { emit('${to}', 'Seen', {}); } })`;
  const [left, right] = [`${name}-left`, `${name}-right`];
  const emitEnabled = { emitEnabled: true };
  await given.client.createProjection(`${name}1`, passing(left, right), emitEnabled);
  await given.client.createProjection(`${name}2`, passing(right, left), emitEnabled);
  await given.append(`${name}-in`, 1);
  await given.eventually(async () => {
    const both = await Promise.all([given.status(`${name}1`), given.status(`${name}2`)]);
    return both.some(({ stateReason }) => stateReason.includes('emits without end'));
  });
  expect((await given.read(left)).length).toBeLessThanOrEqual(1_001);
});

test('a stream that another projection emits to, and one that is over', async () => {
  const stream = newName('source');
  const emitting = async (target: string) => {
    const name = newName('emits');
    const query = `fromStream('${stream}').when({ Happened() { emit('${target}', 'Seen', {}); } })`;
    await given.client.createProjection(name, query, { emitEnabled: true });
    return name;
  };
  await given.append(stream, 1);
  await given.handled(await emitting(`${stream}out`), 1);
  expect(await given.fault(await emitting(`${stream}out`))).toMatch(
    /^Multiple projections emitting to the same stream detected\. {2}Stream: '/,
  );
  await given.client.appendToStream(`${stream}over`, jsonEvent({ type: 'Happened', data: {} }));
  await given.client.tombstoneStream(`${stream}over`);
  expect(await given.fault(await emitting(`${stream}over`))).toBe(
    `Stream : ${stream}over is deleted. Cannot emit events to it`,
  );
});

test('a result that a query forges', async () => {
  const [stream, name] = [newName('source'), newName('forger')];
  await given.append(stream, 1);
  const query = `fromStream('${stream}').when({ Happened() {
    JSON.stringify = () => '{"states":[],"results":[],"emitted":[{"cause":7}]}'; return {}; } })`;
  await given.client.createProjection(name, query);
  expect(await given.fault(name)).toContain('The result of the script is not valid');
});
