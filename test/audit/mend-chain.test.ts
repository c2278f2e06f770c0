// A hash chain that two instances broke by writing at once is told from an altered event, and
// mended by a signed event; what is altered before or afterwards is found all the same.
import { afterEach, describe, expect, test } from '@jest/globals';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeBreaks } from '../../src/audit/chain-breaks.js';
import { placeOf } from '../../src/audit/chain-mend.js';
import { mendChains } from '../../src/audit/mend-chains.js';
import {
  brokenLinksOf,
  judgeLog,
  signLogRoot,
  newSigningKey,
  publicKeyOf,
} from '../../src/audit/signed-log-root.js';
import { linkOf } from '../../src/event-store/chain.js';
import { EventStore } from '../../src/event-store/event-store.js';
import type { StoredEvent } from '../../src/event-store/stored-event.js';
import { chainedPrefixes } from '../../src/projections/shop-events.js';
import { systemTime } from '../../src/waiting/time.js';
import { CommandLine } from '../cli/command.js';
import { Cleanup, connectTestStore, startTestNode } from '../event-store/nodes.js';
import { type Step, writeCart } from './broken-chains.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

type Log = Pick<EventStore, 'readAll' | 'readStream'>;

const privateKey = newSigningKey();
const publicKey = publicKeyOf(privateKey);
const now = Date.parse('2026-11-28T12:00:00.000Z');
const time = { ...systemTime, now: () => now };

const open: Step = { type: 'CartOpened' };
const add: Step = { type: 'ItemAdded', quantity: 2 };

async function startStore(): Promise<EventStore> {
  return connectTestStore(cleanup, (await startTestNode(cleanup)).connectionString);
}

/** The log as somebody left it who could write to its file. */
function altered(log: Log, change: (stored: StoredEvent) => StoredEvent): Log {
  async function* all(events: AsyncIterable<StoredEvent>) {
    for await (const stored of events) yield change(stored);
  }
  return {
    readAll: (range) => all(log.readAll(range)),
    readStream: (stream, options) => all(log.readStream(stream, options)),
  };
}

async function judged(log: Log, key: string | undefined = publicKey) {
  return judgeBreaks(log, await brokenLinksOf(log, chainedPrefixes), key);
}

const verdicts = async (log: Log, key?: string) =>
  (await judged(log, key)).map(({ broken, verdict }) => [broken.revision, verdict]);

/** What `audit mend-chain` does, in one process. */
function mend(store: EventStore, accept: readonly string[] = []) {
  const request = { accept, reason: 'seen in both logs', operator: 'ann', keys: { privateKey } };
  return mendChains(store, chainedPrefixes, request, time);
}

const onItem = (
  revision: number,
  change: (stored: StoredEvent) => StoredEvent,
): ((stored: StoredEvent) => StoredEvent) => {
  return (stored) =>
    stored.revision === revision && stored.stream.startsWith('cart-') ? change(stored) : stored;
};

const withQuantity = (quantity: number) => (stored: StoredEvent) => ({
  ...stored,
  data: { ...(stored.data as object), quantity },
});

describe('a chain that was broken by two instances at once', () => {
  test.each<[string, Step, string]>([
    ['7 ms apart', { ...add, other: { laterByMs: 7 } }, 'revision 1 (7 ms later)'],
    ['3 s apart', { ...add, other: { laterByMs: -3_000 } }, 'revision 1 (3000 ms earlier)'],
    [
      'with other quantities',
      { ...add, other: { laterByMs: -2, quantity: 12 } },
      'revision 1 (with quantity 12, 2 ms earlier)',
    ],
    [
      'with other quantities in the same millisecond',
      { ...add, other: { laterByMs: 0, quantity: 1 } },
      'revision 1 (with quantity 1, of the same millisecond)',
    ],
    [
      'raising and lowering a quantity',
      { type: 'QuantityChanged', from: 5, quantity: 8, other: { laterByMs: 4, quantity: 3 } },
      'revision 1 (with quantity 3, 4 ms later)',
    ],
  ])('%s is recognised', async (_, step, words) => {
    const store = await startStore();
    await writeCart(store, randomUUID(), [open, step, add, add]);
    const [found, ...others] = await judged(store);
    expect([found?.verdict, found?.broken.revision, others]).toEqual(['two writers', 2, []]);
    expect(found?.words).toContain(words);
  });

  test('is not proven where the other input cannot be made again, and this is said', async () => {
    const store = await startStore();
    const step: Step = { ...add, other: { laterByMs: 3, quantity: 5_000 } };
    await writeCart(store, randomUUID(), [open, step, add]);
    const [found] = await judged(store);
    expect(found?.verdict).toBe('unclear');
    expect(found?.words).toContain('two instances of an earlier release');
  });

  test('does not hide an altered event before, at or after the break', async () => {
    const store = await startStore();
    const step: Step = { ...add, other: { laterByMs: 7 } };
    await writeCart(store, randomUUID(), [open, step, add, add]);
    const isProven = async (revision: number) =>
      (await verdicts(altered(store, onItem(revision, withQuantity(9))))).filter(
        ([, verdict]) => verdict === 'two writers',
      );
    // Altered right before the break, the event itself is named, and the proof holds no more.
    expect(await isProven(1)).toEqual([]);
    expect(await isProven(2)).toEqual([]);
    expect(await verdicts(altered(store, onItem(3, withQuantity(9))))).toEqual([
      [2, 'two writers'],
      [3, 'unclear'],
    ]);
  });

  test('where no two instances can have been is an alteration', async () => {
    const store = await startStore();
    await writeCart(store, randomUUID(), [open, add, add]);
    const renamed = altered(store, (stored) => ({ ...stored, id: `x${stored.id.slice(1)}` }));
    expect((await verdicts(renamed)).map(([, verdict]) => verdict)).toEqual([
      'altered',
      'altered',
      'altered',
    ]);
  });
});

describe('a mended chain', () => {
  async function mended(): Promise<EventStore> {
    const store = await startStore();
    await writeCart(store, randomUUID(), [open, { ...add, other: { laterByMs: 7 } }, add, add]);
    await writeCart(store, randomUUID(), [open, add, add]);
    await mend(store);
    return store;
  }

  test('is intact, continues, and can be signed', async () => {
    const store = await mended();
    expect(await verdicts(store)).toEqual([[2, 'mended']]);
    const checkpoint = await signLogRoot(store, chainedPrefixes, privateKey, now);
    expect(await judgeLog(store, checkpoint, publicKey)).toEqual([]);
  });

  test.each([1, 2])('shows an event that is altered afterwards, at revision %i', async (at) => {
    const store = await mended();
    const log = altered(store, onItem(at, withQuantity(9)));
    const found = (await judged(log)).filter(({ verdict }) => verdict !== 'mended');
    expect(found.map(({ broken }) => broken.revision)).toContain(at);
  });

  test('shows an event that is altered afterwards together with its link', async () => {
    const store = await mended();
    const log = altered(
      store,
      onItem(1, (stored) => {
        if (stored.metadata.chain === undefined) return stored;
        const event = withQuantity(9)(stored);
        const before = linkBefore.get(stored.stream);
        const chain = linkOf(before, stored.stream, stored.revision, event);
        return { ...event, metadata: { ...event.metadata, chain } };
      }),
    );
    const linkBefore = new Map<string, string | undefined>();
    for await (const { stream, revision, metadata } of store.readAll()) {
      if (revision === 0) linkBefore.set(stream, metadata.chain);
    }
    const found = await judged(log);
    expect(found.map(({ verdict }) => verdict)).not.toContain('mended');
    expect(found.map(({ words }) => words).join()).toContain('altered after its chain was mended');
  });

  test('counts by the key that signed it alone', async () => {
    const store = await mended();
    const another = publicKeyOf(newSigningKey());
    for (const key of [another, undefined]) {
      const found = await judgeBreaks(store, await brokenLinksOf(store, chainedPrefixes), key);
      expect(found.map(({ verdict }) => verdict)).toEqual(['altered']);
      expect(found[0]?.words).toContain('--public-key');
    }
  });

  test('needs its signature as it was', async () => {
    const store = await mended();
    const log = altered(store, (stored) =>
      stored.stream === 'audit-chain'
        ? { ...stored, data: { ...(stored.data as object), because: 'no reason' } }
        : stored,
    );
    expect((await verdicts(log)).map(([, verdict]) => verdict)).not.toContain('mended');
  });
});

describe('a break that no proof explains', () => {
  const unclear: readonly Step[] = [
    open,
    { ...add, other: { laterByMs: 3, quantity: 5_000 } },
    add,
  ];

  test('is left, until an operator answers for its place', async () => {
    const store = await startStore();
    await writeCart(store, randomUUID(), unclear);
    const [found] = await judged(store);
    const place = placeOf(found!.broken);
    const words = expect.any(String);
    expect(await mend(store)).toEqual({ kind: 'done', breaks: [{ outcome: 'left', words }] });
    expect(await mend(store, [place])).toEqual({
      kind: 'done',
      breaks: [{ outcome: 'mended', words }],
    });
    expect(await mend(store)).toEqual({
      kind: 'done',
      breaks: [{ outcome: 'mended before', words: expect.stringContaining('seen in both logs') }],
    });
  });

  test('is not accepted where there is none, and nothing else is mended then', async () => {
    const store = await startStore();
    await writeCart(store, randomUUID(), [open, { ...add, other: { laterByMs: 7 } }, add]);
    expect(await mend(store, ['cart-1@1'])).toEqual({ kind: 'not broken', place: 'cart-1@1' });
    expect(await verdicts(store)).toEqual([[2, 'two writers']]);
  });

  test('is not accepted where no two instances can have caused it', async () => {
    const store = await startStore();
    await writeCart(store, randomUUID(), [open, add, add]);
    const renamed = altered(store, (stored) => ({ ...stored, id: `x${stored.id.slice(1)}` }));
    const [found] = await judged(renamed);
    const place = placeOf(found!.broken);
    const request = { accept: [place], reason: 'so', operator: 'ann', keys: { privateKey } };
    const log = { ...renamed, append: store.append.bind(store) };
    expect(await mendChains(log, chainedPrefixes, request, time)).toEqual({
      kind: 'altered',
      place,
    });
  });

  test('is left to another mend that runs at the same moment', async () => {
    const store = await startStore();
    await writeCart(store, randomUUID(), [open, { ...add, other: { laterByMs: 7 } }, add]);
    const overtaken = {
      ...altered(store, (stored) => stored),
      append: async (...given: Parameters<EventStore['append']>) => {
        expect(await mend(store)).toMatchObject({ kind: 'done' });
        return store.append(...given);
      },
    };
    const request = { accept: [], reason: '', operator: 'bob', keys: { privateKey } };
    expect(await mendChains(overtaken, chainedPrefixes, request, time)).toEqual({ kind: 'busy' });
    expect(await verdicts(store)).toEqual([[2, 'mended']]);
  });
});

describe('the command', () => {
  async function onLog(...carts: (readonly Step[])[]): Promise<CommandLine> {
    const cartograph = await CommandLine.onNewFolder(cleanup);
    const dataDir = join(cartograph.dataDir, 'log');
    await mkdir(dataDir, { recursive: true });
    const node = await startEmbeddedNode({ dataDir });
    const store = EventStore.connect(node.connectionString);
    for (const steps of carts) await writeCart(store, randomUUID(), steps);
    await store.close();
    await node.stop();
    return cartograph;
  }

  test('mends proven breaks once, and prints a dry run', async () => {
    const broken = [open, { ...add, other: { laterByMs: 7 } }, add];
    const cartograph = await onLog(broken, broken, [open, add]);
    const before = await cartograph.run('verify');
    expect([before.code, before.output.match(/written by two instances/g)?.length]).toEqual([1, 2]);
    const dry = await cartograph.run('audit', 'mend-chain', '--dry-run');
    expect([dry.code, dry.output.match(/^WOULD MEND {2}/gm)?.length]).toEqual([0, 2]);
    const refused = await cartograph.run('audit', 'checkpoint', '--to', `${cartograph.dataDir}.c`);
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining('two instances')]);
    const first = await cartograph.run('audit', 'mend-chain');
    expect([first.code, first.output.match(/^MENDED {2}/gm)?.length]).toEqual([0, 2]);
    const after = await cartograph.run('verify', '--json');
    expect(after.code).toBe(0);
    expect(JSON.parse(after.output)).toMatchObject({ differences: [], events: 10 });
    const again = await cartograph.run('audit', 'mend-chain');
    expect([again.code, again.output.match(/^MENDED BEFORE/gm)?.length]).toEqual([0, 2]);
    const inWords = await cartograph.run('verify');
    expect(inWords.output).toContain('10 events');
    expect(inWords.output).toContain('2 breaks of hash chains were mended');
    const signed = await cartograph.run('audit', 'checkpoint', '--to', `${cartograph.dataDir}.c`);
    expect([signed.code, signed.errors]).toEqual([0, '']);
  }, 60_000);

  test('leaves unproven breaks, unless an operator accepts them', async () => {
    const cartograph = await onLog([
      open,
      { ...add, other: { laterByMs: 3, quantity: 5_000 } },
      add,
    ]);
    const first = await cartograph.run('audit', 'mend-chain');
    expect([first.code, first.output]).toEqual([1, expect.stringContaining('DIFFERS')]);
    const place = /(cart-\S+@2)/.exec(first.output)?.[1] ?? '';
    const silent = await cartograph.run('audit', 'mend-chain', '--accept', place);
    expect([silent.code, silent.errors]).toEqual([2, expect.stringContaining('--reason')]);
    const elsewhere = [place.replace('@2', '@1'), '--reason', 'seen in the logs of both'];
    expect((await cartograph.run('audit', 'mend-chain', '--accept', ...elsewhere)).code).toBe(2);
    const accepted = [place, '--reason', 'seen in the logs of both'];
    expect((await cartograph.run('audit', 'mend-chain', '--accept', ...accepted)).code).toBe(0);
    const after = await cartograph.run('verify');
    expect([after.code, after.output]).toEqual([
      0,
      expect.stringContaining('accepted: seen in the logs of both'),
    ]);
  }, 60_000);
});
