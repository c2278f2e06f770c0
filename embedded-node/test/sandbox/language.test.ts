// The projection language, case by case: what a query declares, and what its handlers make of
// events. The faults have the real server's words.
import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../src/sandbox/protocol.js';
import { Sandbox } from '../../src/sandbox/sandbox.js';
import { happened, outcomeOf, statesAfter } from './given.js';

const count = `$init: () => ({ n: 0 }), Happened(s, e) { s.n += e.data.n; }`;
const inPartition = (partition: string, n = 1) => happened({ n }, { partition });

async function declaredBy(query: string) {
  const { sandbox, definition } = await Sandbox.open(query, 'continuous', LIMITS);
  sandbox.close();
  return definition;
}

describe('what a query declares', () => {
  test.each<[query: string, declared: object]>([
    [`fromAll().when({ $any() {} })`, { allStreams: true, allEvents: true, definesFold: true }],
    [`fromAll()`, { allStreams: true, definesFold: false }],
    [
      `fromStream('a').when({ A() {}, B() {} })`,
      { streams: ['a'], allEvents: false, events: ['A', 'B'] },
    ],
    [`fromStreams('a', 'b')`, { streams: ['a', 'b'] }],
    [`fromStreams(['a', 'b'])`, { streams: ['a', 'b'] }],
    [`fromCategory('cart')`, { categories: ['cart'], streams: [] }],
    [`fromCategories(['a', 'b'])`, { categories: [], streams: ['$ce-a', '$ce-b'] }],
    [
      `fromCategory('a').foreachStream().when({ $deleted() {} })`,
      { byStreams: true, handlesDeletedNotifications: true },
    ],
    [`fromAll().partitionBy(e => e.streamId).when({})`, { byCustomPartitions: true }],
    [`fromAll().when({ $initShared() {} })`, { isBiState: true }],
    [`fromAll().when({}).outputState()`, { producesResults: true, definesStateTransform: false }],
    [
      `fromAll().when({}).filterBy(() => true)`,
      { producesResults: true, definesStateTransform: true },
    ],
    [
      `fromAll().when({}).outputTo('out', 'out-{0}')`,
      { resultStreamName: 'out', partitionResultStreamNamePattern: 'out-{0}' },
    ],
    [
      `options({ resultStreamName: 'r', $includeLinks: true }); fromAll()`,
      { resultStreamName: 'r', includeLinks: true },
    ],
    [
      `options({ reorderEvents: true, processingLag: 50 }); fromStreams('a', 'b')`,
      { reorderEvents: true, processingLag: 50 },
    ],
    [`fromAll(); on_event('A', () => {}); on_any(() => {});`, { events: ['A'], allEvents: true }],
  ])('%s', async (query, declared) => {
    expect(await declaredBy(query)).toMatchObject(declared);
  });

  test.each<[query: string, reason: string]>([
    [`fromAll().outputTo()`, 'not a function'],
    [`fromStream(1)`, 'stream'],
    [`fromCategories(['a', 1])`, 'categories'],
    [`options({ colour: 1 })`, 'Unrecognized option: colour'],
    [`options({ biState: 'yes' })`, 'Invalid value'],
    [
      `fromAll().when({ $initShared() {}, $deleted() {} })`,
      'Cannot handle deletes in bi-state projections',
    ],
    [`fromAll().partitionBy('x')`, 'partitionBy'],
    [`fromAll().when({}).transformBy(1)`, 'expected function'],
    [`fromAll().when({}).outputTo(1)`, "expected string value (Parameter 'resultStream')"],
    [`emit('a', 'b', {})`, "'emit' is not defined"],
    [`fromAll(`, "unexpected token in expression: ''"],
  ])('%s is refused', async (query, message) => {
    await expect(declaredBy(query)).rejects.toMatchObject({ kind: 'threw', message });
  });
});

describe('states', () => {
  test.each<[what: string, handlers: string, state: unknown]>([
    ['$init and a handler that changes the state', count, { n: 3 }],
    ['a handler that returns a new state', `Happened: (s, e) => ({ last: e.data.n })`, { last: 2 }],
    ['a number as the state', `$init: () => 0, Happened: (s, e) => s + e.data.n`, 3],
    ['$any', `$any(s, e) { s[e.eventType] = true; }`, { Happened: true }],
    ['a handler goes before $any', `Happened(s) { s.a = 1; }, $any(s) { s.b = 1; }`, { a: 1 }],
    ['no $init: an empty object', `Happened(s) { s.is = typeof s; }`, { is: 'object' }],
    ['no handler: the last body is the state', `$init: () => ({})`, { n: 2 }],
    [
      '$created comes once',
      `$created(s) { s.made = (s.made ?? 0) + 1; }, Happened() {}`,
      { made: 1 },
    ],
    ['a BigInt becomes a text', `Happened(s) { s.big = 10n; }`, { big: '10' }],
    ['what cannot be JSON is left out', `Happened(s) { s.f = () => 1; s.n = 1; }`, { n: 1 }],
  ])('%s', async (_, handlers, state) => {
    const events = [happened({ n: 1 }), happened({ n: 2 })];
    expect(await statesAfter(`fromAll().when({ ${handlers} })`, events)).toEqual({ '': state });
  });

  test('each partition has its own, and continues from the stored one', async () => {
    const events = [inPartition('a'), inPartition('b', 5), inPartition('a')];
    const query = `fromCategory('cart').foreachStream().when({ ${count} })`;
    expect(await statesAfter(query, events, { a: '{"n":40}', b: null })).toEqual({
      a: { n: 42 },
      b: { n: 5 },
    });
  });

  test('a partition that was left without a change is found as it was', async () => {
    const query = `fromAll().foreachStream().when({ $init: () => ({ n: 0 }), A() {}, B(s) { s.n += 1; } })`;
    const { sandbox } = await Sandbox.open(query, 'continuous', LIMITS);
    const run = (events: object[], states: object) =>
      JSON.parse(sandbox.run('process', JSON.stringify({ events, states }))) as object;
    run([happened({}, { partition: 'a', eventType: 'B' })], { a: null });
    // The sandbox holds `a`, so it is not sent again.
    const events = [
      happened({}, { partition: 'constructor', eventType: 'A' }),
      happened({}, { partition: 'a', eventType: 'B' }),
    ];
    expect(run(events, { constructor: null })).toMatchObject({
      states: [
        { partition: 'constructor', state: '{"n":0}' },
        { partition: 'a', state: '{"n":2}' },
      ],
    });
    sandbox.close();
  });

  test('a shared state goes along with the partition', async () => {
    const query = `fromAll().foreachStream().when({
      $init: () => ({ own: 0 }), $initShared: () => ({ all: 0 }),
      Happened(s) { s[0].own += 1; s[1].all += 1; },
    })`;
    const events = [inPartition('a'), inPartition('b'), inPartition('a')];
    expect(await statesAfter(query, events)).toEqual({
      '': { all: 3 },
      a: { own: 2 },
      b: { own: 1 },
    });
  });

  test('$deleted may change the state of its partition', async () => {
    const query = `fromCategory('a').foreachStream().when({
      ${count}, $deleted(s, none, partition, isSoft) { s.ended = [none, partition, isSoft]; },
    })`;
    const events = [inPartition('a'), { deleted: true as const, partition: 'a' }];
    expect(await statesAfter(query, events)).toEqual({
      a: { n: 1, ended: [null, 'a', false] },
    });
  });

  test('partitionBy names partitions by texts and numbers, and leaves out all else', async () => {
    const query = `fromAll().partitionBy((e) => e.data.by).when({})`;
    const { sandbox } = await Sandbox.open(query, 'continuous', LIMITS);
    const events = ['a', 7, null, {}, true].map((by) => happened({ by }));
    const partitions = JSON.parse(sandbox.run('partitions', JSON.stringify(events))) as unknown;
    expect(partitions).toEqual(['a', '7', null, null, null]);
    sandbox.close();
  });
});

test('a handler sees all of an event', async () => {
  const event = happened(
    { a: 1 },
    { metadataRaw: '{"m":1}', linkMetadataRaw: '{"l":1}', category: 'cart', sequenceNumber: 4 },
  );
  const query = `fromAll().when({ $any: (s, e) => ({ e, body: e.body === e.data,
    seen: [e.data.a, e.metadata.m, e.linkMetadata.l, e.bodyRaw, e.category, e.isJson] }) })`;
  const { bodyRaw, metadataRaw, linkMetadataRaw, ...plain } = event;
  expect(await statesAfter(query, [event])).toEqual({
    '': {
      e: {
        ...{ ...plain, bodyRaw, metadataRaw, linkMetadataRaw },
        ...{ body: { a: 1 }, data: { a: 1 }, metadata: { m: 1 }, linkMetadata: { l: 1 } },
      },
      body: true,
      seen: [1, 1, 1, '{"a":1}', 'cart', true],
    },
  });
});

test('what is no JSON is there as text only', async () => {
  const event = happened(null, { isJson: false, bodyRaw: 'plain' });
  const query = `fromAll().when({ $any: (s, e) => [e.data === undefined, e.bodyRaw] })`;
  expect(await statesAfter(query, [event])).toEqual({ '': [true, 'plain'] });
});

describe('results', () => {
  const results = async (query: string) => {
    const outcome = await outcomeOf(query, [happened({ n: 1 }), happened({ n: 2 })]);
    return outcome.results.map(({ cause, result }) => [cause, result]);
  };

  test.each<[what: string, query: string, results: unknown[]]>([
    ['none without outputState', `fromAll().when({ ${count} })`, []],
    [
      'each change',
      `fromAll().when({ ${count} }).outputState()`,
      [
        [0, '{"n":1}'],
        [1, '{"n":3}'],
      ],
    ],
    [
      'transformed',
      `fromAll().when({ ${count} }).transformBy((s) => ({ d: s.n * 2 }))`,
      [
        [0, '{"d":2}'],
        [1, '{"d":6}'],
      ],
    ],
    [
      'filtered',
      `fromAll().when({ ${count} }).filterBy((s) => s.n > 1)`,
      [
        [0, null],
        [1, '{"n":3}'],
      ],
    ],
    [
      'only true passes a filter',
      `fromAll().when({ ${count} }).filterBy((s) => 1)`,
      [
        [0, null],
        [1, null],
      ],
    ],
    [
      'in the order of the steps',
      `fromAll().when({ ${count} }).transformBy((s) => s.n).filterBy((n) => n === 3)`,
      [
        [0, null],
        [1, '3'],
      ],
    ],
  ])('%s', async (_, query, expected) => {
    expect(await results(query)).toEqual(expected);
  });
});

describe('what handlers emit', () => {
  const emittedBy = async (code: string) => {
    const event = happened({ n: 1 }, { sequenceNumber: 7 });
    const outcome = await outcomeOf(`fromAll().when({ $any(s, e) { ${code} } })`, [event]);
    return outcome.emitted;
  };

  test.each<[code: string, emitted: object]>([
    [
      `emit('out', 'Seen', { a: 1 })`,
      { stream: 'out', type: 'Seen', data: '{"a":1}', isJson: true, metadata: null },
    ],
    [`emit('out', 'Seen', {}, { m: 'x', u: undefined })`, { metadata: { m: '"x"' } }],
    [
      `linkTo('links', e)`,
      { stream: 'links', type: '$>', data: '7@cart-1', isJson: false, metadata: null },
    ],
    [`linkTo('links', e, { m: 1 })`, { metadata: { m: '1' } }],
    [
      `linkStreamTo('streams', 'cart-9')`,
      { stream: 'streams', type: '$@', data: 'cart-9', isJson: false },
    ],
  ])('%s', async (code, emitted) => {
    expect(await emittedBy(code)).toMatchObject([{ cause: 0, ...emitted }]);
  });

  test('copyTo emits nothing, as on the real server', async () => {
    expect(await emittedBy(`copyTo('out', e)`)).toEqual([]);
  });

  test.each<[code: string, message: string]>([
    [`emit('out', 'Seen')`, 'invalid number of parameters'],
    [`emit('', 'Seen', {})`, "Value cannot be null. (Parameter 'streamId')"],
    [`emit('out', 1, {})`, "string expected (Parameter 'eventName')"],
    [`emit('out', 'Seen', null)`, "Value cannot be null. (Parameter 'eventBody')"],
    [`emit('out', 'Seen', 'x')`, "object expected (Parameter 'eventBody')"],
    [`emit('out', 'Seen', {}, 1)`, "object expected (Parameter 'metadata')"],
    [`linkTo('out')`, 'wrong number of parameters'],
    [`linkTo('out', {})`, 'Invalid link to event undefined@undefined'],
    [`throw new Error('mine')`, 'mine'],
    [`throw 'a text'`, 'a text'],
    [`return e.data.absent.property`, "cannot read property 'property' of undefined"],
  ])('%s fails', async (code, message) => {
    await expect(emittedBy(code)).rejects.toMatchObject({ kind: 'threw', message });
  });
});
