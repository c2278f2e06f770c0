// One byte altered in the log's own file is found and named; what the chains cannot show, a signed
// checkpoint does.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sign } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AccessRecord } from '../../src/commands/access-record.js';
import { startEmbeddedNode } from 'embedded-eventstoredb';
import { linkOf } from '../../src/event-store/chain.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { CommandLine, twoInvoices } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';
import { resealLog } from './resealed-log.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let cartograph: CommandLine;
let checkpoint: string;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
  const { code } = await cartograph.run(
    'import',
    'online-retail',
    await cartograph.invoices(...twoInvoices),
  );
  expect(code).toBe(0);
  checkpoint = `${cartograph.dataDir}-checkpoint.json`;
  const signed = await cartograph.run('audit', 'checkpoint', '--to', checkpoint);
  expect([signed.code, signed.errors]).toEqual([0, '']);
});

/** With the triggers out of the way, as somebody with a disk in his hands would. */
function tamper(work: (log: DatabaseSync) => void): void {
  const path = join(cartograph.dataDir, 'log', 'log.sqlite');
  const log = new DatabaseSync(path);
  log.exec('DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted');
  work(log);
  log.close();
  resealLog(path);
}

interface Stored {
  readonly pos: number;
  readonly name: string;
  readonly rev: number;
  readonly eid: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly meta: Uint8Array;
}

function eventsIn(log: DatabaseSync): Stored[] {
  const rows = log
    .prepare(
      "SELECT e.*, s.name FROM events e JOIN streams s ON s.id = e.sid WHERE s.name LIKE 'cart-%' ORDER BY e.pos",
    )
    .all();
  return rows as unknown as Stored[];
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const judge = () => cartograph.run('audit', 'verify', '--checkpoint', checkpoint);

/** Somebody of the staff looks at a cart. */
async function look(cartId: string): Promise<void> {
  const node = await startEmbeddedNode({ dataDir: join(cartograph.dataDir, 'log') });
  const store = EventStore.connect(node.connectionString);
  try {
    const looked = { kind: 'support', subject: 'sam', reason: 'a refund' };
    await new AccessRecord(store).record(cartId, looked);
    await new AccessRecord(store).record(cartId, looked);
  } finally {
    await store.close();
    await node.stop();
  }
}

describe('a log in which nothing was altered', () => {
  test('verifies, and matches the signed log root even after more appends', async () => {
    expect((await cartograph.run('verify')).code).toBe(0);
    expect((await judge()).code).toBe(0);
    const more = await cartograph.invoices(
      '536999,CUP,A CUP,2,2010-12-02 08:26:00,1.25,17850.0,United Kingdom',
    );
    await cartograph.run('import', 'online-retail', more);
    const { code, output } = await judge();
    expect([code, output]).toEqual([
      0,
      expect.stringContaining('matches the root that was signed'),
    ]);
  });
});

describe('the log of staff accesses to a cart', () => {
  test('is chained and signed as the carts are', async () => {
    await look('1');
    expect((await cartograph.run('verify')).code).toBe(0);
    expect((await judge()).code).toBe(0);
    checkpoint = `${cartograph.dataDir}-later.json`;
    expect((await cartograph.run('audit', 'checkpoint', '--to', checkpoint)).code).toBe(0);
    tamper((log) => {
      const forged = log
        .prepare(
          "UPDATE events SET data = CAST(replace(CAST(data AS TEXT), 'refund', 'whim') AS BLOB) WHERE type = 'CartAccessed' AND rev = 0",
        )
        .run();
      expect(forged.changes).toBe(1);
    });
    const { code, output } = await cartograph.run('verify');
    expect([code, output]).toEqual([1, expect.stringContaining('access-1@0')]);
    expect((await judge()).code).toBe(1);
  });

  test('is none of what a checkpoint from before it was chained has signed', async () => {
    const { signature, prefixes, ...rest } = JSON.parse(
      await readFile(checkpoint, 'utf8'),
    ) as Record<string, unknown>;
    expect([typeof signature, prefixes]).toEqual(['string', expect.arrayContaining(['access-'])]);
    const content: Record<string, unknown> = { ...rest, formatVersion: 1 };
    const names = ['format', 'formatVersion', 'at', 'position', 'events', 'streams', 'root'];
    const bytes = Buffer.from(JSON.stringify(names.map((name) => content[name])));
    const key = await readFile(join(cartograph.dataDir, 'keys', 'audit-private.pem'), 'utf8');
    const signed = { ...content, signature: sign(null, bytes, key).toString('base64') };
    await writeFile(checkpoint, JSON.stringify(signed));
    await look('1');
    expect(await judge()).toMatchObject({ code: 0, errors: '' });
  });
});

describe('an altered log', () => {
  test.each(['data', 'meta'] as const)(
    'one byte of %s: stream and revision are named',
    async (part) => {
      let altered = '';
      tamper((log) => {
        const event = eventsIn(log).find(({ type }) => type === 'ItemAdded');
        if (event === undefined) throw new Error('There is an item');
        const before = text(event[part]);
        const after =
          part === 'data'
            ? before.replace('"quantity":6', '"quantity":7')
            : before.replace('2010-12-01', '2010-12-02');
        expect(after).not.toBe(before);
        log
          .prepare(`UPDATE events SET ${part} = ? WHERE pos = ?`)
          .run(Buffer.from(after), event.pos);
        altered = `${event.name}@${event.rev}`;
      });
      const { code, output } = await cartograph.run('verify');
      expect(code).toBe(1);
      const named = output.split('\n').filter((line) => line.includes('hash chain'));
      expect(named).toEqual([
        expect.stringContaining('each stream a hash chain'),
        expect.stringContaining(altered),
      ]);
      expect((await judge()).code).toBe(1);
    },
  );

  test('cut at a stream’s end, or with its chain recomputed: only the signed log root reveals it', async () => {
    tamper((log) => {
      const [first] = eventsIn(log);
      const own = eventsIn(log).filter(({ name }) => name === first?.name);
      log.prepare('DELETE FROM events WHERE pos = ?').run(own.at(-1)?.pos ?? 0);
    });
    const cut = await judge();
    expect(cut.code).toBe(1);
    expect(cut.output).toContain('events:');
  });

  test('with a chain recomputed over other data: only the signed log root reveals it', async () => {
    tamper((log) => {
      const [first] = eventsIn(log);
      let chain: string | undefined;
      for (const event of eventsIn(log).filter(({ name }) => name === first?.name)) {
        const data = text(event.data).replace('"unitPrice":339', '"unitPrice":338');
        const metadata = JSON.parse(text(event.meta)) as Parameters<typeof linkOf>[3]['metadata'];
        const { name, rev, eid: id, type, pos } = event;
        chain = linkOf(chain, name, rev, { id, type, data: JSON.parse(data), metadata });
        const meta = JSON.stringify({ ...metadata, chain });
        log
          .prepare('UPDATE events SET data = ?, meta = ? WHERE pos = ?')
          .run(Buffer.from(data), Buffer.from(meta), pos);
      }
    });
    expect((await cartograph.run('verify')).output).not.toContain('link');
    const forged = await judge();
    expect([forged.code, forged.output]).toEqual([1, expect.stringContaining('root:')]);
  });

  test('an edited checkpoint, or one by another key, is none', async () => {
    const signed = JSON.parse(await readFile(checkpoint, 'utf8')) as { events: number };
    await writeFile(checkpoint, JSON.stringify({ ...signed, events: signed.events - 1 }));
    const edited = await judge();
    expect([edited.code, edited.errors]).toEqual([2, expect.stringContaining('or was changed')]);
    await writeFile(checkpoint, 'nonsense');
    expect((await judge()).code).toBe(2);
  });
});
