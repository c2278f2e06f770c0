// What a projection must not emit is found before anything is written: it fails the projection, and
// nobody else's writes.
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

async function emitting(code: string, ...data: Record<string, unknown>[]): Promise<string> {
  const name = newName('emits');
  const events = data.map((each) => jsonEvent({ type: 'Happened', data: each }));
  await given.client.appendToStream(`${name}in`, events);
  const query = `fromStream('${name}in').when({ $init: () => ({ n: 0 }), Happened(s, e) {
    s.n += 1; ${code.replaceAll('NAME', name)} } })`;
  const options = { emitEnabled: true, trackEmittedStreams: true };
  await given.client.createProjection(name, query, options);
  return name;
}

const metadata = `emit('$$NAMEout', '$metadata', { $maxCount: 2 });`;
const event = `emit('NAMEout', 'Seen', e.data);`;

test.each<[how: string, code: string, stream: string]>([
  ['metadata of a new stream, again and again', metadata + event + metadata, '$$NAMEout'],
  ['a new stream and then its metadata', event + metadata, '$$NAMEout'],
  [
    'metadata of a stream with results',
    `${metadata} linkTo('NAMEout', e); ${metadata}`,
    '$$NAMEout',
  ],
  [
    'the list of the streams that it emits to',
    `emit('$projections-NAME-emittedstreams', 'Seen', {});`,
    '$projections-NAME-emittedstreams',
  ],
])('%s', async (_, code, stream) => {
  const name = await emitting(code, {}, {});
  expect(await given.fault(name)).toMatch(
    new RegExp(
      `^The '${stream.replace('NAME', name).replaceAll('$', '\\$')}' stream managed by projection \\d+ has been written to from the outside`,
    ),
  );
  expect(await given.read(`${name}out`)).toEqual([]);
  // Neither clients nor other projections wait for it.
  const other = await emitting(event, { n: 1 });
  await given.handled(other, 1);
  expect(await given.read(`${other}out`)).toEqual([['Seen', { n: 1 }]]);
});

test('metadata of a stream that the projection emitted to before', async () => {
  const name = await emitting(`${event} if (s.n === 2) { ${metadata} }`, { n: 1 }, { n: 2 });
  expect(await given.fault(name)).toContain('has been written to from the outside');
  expect(await given.read(`${name}out`)).toEqual([['Seen', { n: 1 }]]);
});

test('names that JSON can have and UTF-8 cannot', async () => {
  const code = `emit('NAME-' + e.data.of, 'Seen' + e.data.of, {}); linkTo('NAMElinks-' + e.data.of, e);`;
  const names = ['\ud800', '\ufffd', '\udc00\ud800', '\ud83d\ude00'];
  const name = await emitting(code, ...names.map((of) => ({ of })));
  await given.handled(name, names.length);
  const seen = [['Seen\ufffd', {}]];
  expect(await given.read(`${name}-\ufffd`)).toEqual([...seen, ...seen]);
  expect(await given.read(`${name}-\ufffd\ufffd`)).toEqual([['Seen\ufffd\ufffd', {}]]);
  expect(await given.read(`${name}-\ud83d\ude00`)).toEqual([['Seen\ud83d\ude00', {}]]);
  expect(await given.read(`${name}links-\ufffd`)).toHaveLength(2);
});
