// Commands that read the log, or write to it, with no server running and beside one that does.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { CommandLine, twoInvoices } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
});
afterEach(() => cleanup.run());

async function importTwo(): Promise<void> {
  const path = await cartograph.invoices(...twoInvoices);
  expect(await cartograph.run('import', 'online-retail', path)).toMatchObject({ code: 0 });
}

interface Exported {
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly metadata: { readonly occurredAt: string };
}

async function exported(...flags: string[]): Promise<Exported[]> {
  const { code, output } = await cartograph.run('export', ...flags);
  expect(code).toBe(0);
  const lines = output.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Exported);
}

describe('import online-retail', () => {
  test('prints one JSON object, and the second time that it added nothing', async () => {
    const path = await cartograph.invoices(...twoInvoices);
    const command = ['import', 'online-retail', path, '--json'];
    const { output, errors } = await cartograph.run(...command);
    expect(errors).toBe('');
    const summary = JSON.parse(output) as Record<string, unknown>;
    expect(summary).toEqual({
      lines: 3,
      imported: 2,
      skipped: { cancellation: 1 },
      leftOut: [],
      carts: 2,
      orders: 2,
      units: 8,
      revenue: { minorUnits: 6_034, currency: 'GBP', decimal: '60.34' },
      events: 8,
      seconds: expect.any(Number),
    });
    const again = await cartograph.run(...command);
    expect(JSON.parse(again.output)).toMatchObject({ imported: 2, orders: 2, events: 0 });
  });

  test('says it in words without --json', async () => {
    const path = await cartograph.invoices(...twoInvoices);
    const { output } = await cartograph.run('import', 'online-retail', path);
    expect(output).toContain('Read 3 lines, imported 2.');
    expect(output).toMatch(/1 {2}cancellation/);
    expect(output).toContain('60.34 GBP');
  });

  test('of a file that is none ends with 2 and writes nothing', async () => {
    const good = await cartograph.invoices(...twoInvoices);
    await mkdir(cartograph.dataDir, { recursive: true });
    const bad = join(cartograph.dataDir, 'bad.csv');
    await writeFile(bad, 'a,b\n1,2\n');
    for (const path of [bad, join(cartograph.dataDir, 'absent.csv'), cartograph.dataDir]) {
      const { code, output, errors } = await cartograph.run('import', 'online-retail', good, path);
      expect([code, output]).toEqual([2, '']);
      expect(errors.split('\n')).toEqual([expect.stringContaining(path)]);
    }
    expect(await exported()).toEqual([]);
  });
});

describe('inspect', () => {
  test('shows the events of a stream, a line each, or all of them as JSON', async () => {
    await importTwo();
    const [{ stream } = { stream: '' }] = await exported('--category', 'cart');
    const { output } = await cartograph.run('inspect', stream);
    expect(output.split('\n').map((line) => line.trim().split(/\s+/).slice(0, 3))).toEqual([
      ['0', expect.stringMatching(/^2010-12-/), 'CartOpened'],
      ['1', expect.stringMatching(/^2010-12-/), 'ItemAdded'],
      ['2', expect.stringMatching(/^2010-12-/), 'CartCheckedOut'],
    ]);
    const json = await cartograph.run('inspect', stream, '--json');
    expect(JSON.parse(json.output.split('\n')[2]!)).toMatchObject({ stream, revision: 2 });
  });

  test.each(['cart-nobody', '$all', '$et-CartOpened'])('ends with 1 for %s', async (stream) => {
    await importTwo();
    const { code, errors } = await cartograph.run('inspect', stream);
    expect([code, errors]).toEqual([1, `There is no stream ${stream}`]);
  });
});

describe('export', () => {
  test('gives the log in its order, by category and by instant', async () => {
    await importTwo();
    const all = await exported();
    expect(all).toHaveLength(8);
    const orders = await exported('--category', 'order');
    expect(orders.map(({ type }) => type)).toEqual(['OrderPlaced', 'OrderPlaced']);
    expect(await exported('--category', 'webhook')).toEqual([]);
    const late = await exported('--from', '2010-12-24T23:59:00Z');
    const early = await exported('--to', '2010-12-24T23:59:00Z');
    expect(early.length).toBe(4);
    expect([...early, ...late].map((event) => JSON.stringify(event)).sort()).toEqual(
      all.map((event) => JSON.stringify(event)).sort(),
    );
    expect(await exported('--from', '2010-12-25')).toEqual([]);
  });

  test('ends quietly when its reader does', async () => {
    const name = 'x'.repeat(200);
    const rows = Array.from(
      { length: 900 },
      (_, n) => `536365,SKU${n},${name},1,2010-12-01 08:26:00,1.00,,UK`,
    );
    const path = await cartograph.invoices(...rows);
    await cartograph.run('import', 'online-retail', path);
    const child = cartograph.start('export');
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(errors).toBe('');
  });
});

describe('without a log', () => {
  test.each([['inspect', 'cart-1'], ['export'], ['verify'], ['what-if', '--coupon', 'TEN=10%']])(
    '%s ends with 3 and makes no folder',
    async (...command) => {
      const { code, errors } = await cartograph.run(...command);
      expect([code, errors]).toEqual([3, `There is no log in ${cartograph.dataDir}`]);
      expect(existsSync(cartograph.dataDir)).toBe(false);
    },
  );

  test('an unavailable event store ends it with 3 and one line', async () => {
    const away = cartograph.with({ EVENTSTORE_URL: 'esdb://127.0.0.1:9?tls=false' });
    const path = await cartograph.invoices(...twoInvoices);
    for (const command of [['export'], ['import', 'online-retail', path]]) {
      const { code, output, errors } = await away.run(...command);
      expect([code, output]).toEqual([3, '']);
      expect(errors).toMatch(/^The event store did not answer in time.*$/);
    }
  });
});

test('commands on one folder at the same moment wait for each other', async () => {
  const path = await cartograph.invoices(...twoInvoices);
  const ended = await Promise.all(
    Array.from({ length: 3 }, () => cartograph.run('import', 'online-retail', path)),
  );
  expect(ended.map(({ code, errors }) => [code, errors])).toEqual([
    [0, ''],
    [0, ''],
    [0, ''],
  ]);
  expect(await exported()).toHaveLength(8);
});

describe('verify', () => {
  test('checks the streams of a log without read models', async () => {
    await importTwo();
    const { code, output } = await cartograph.run('verify');
    expect(code).toBe(0);
    expect(output).toContain('8 events in 4 streams');
    expect(output).toContain('No read models');
  });

  test('matches beside a running server and after a kill, and reports changes', async () => {
    const service = await ServiceProcess.start();
    cleanup.add(() => service.remove());
    const verify = () => cartograph.with({ DATA_DIR: service.dataDir }).run('verify', '--json');
    expect(await verify()).toMatchObject({ code: 0 });
    await service.kill();
    // What the killed server left says where its log was, which is not true any more.
    expect(await readdir(service.dataDir)).toContain('endpoint.json');
    const { code, output } = await verify();
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ differences: [] });

    const database = new DatabaseSync(join(service.dataDir, 'read-models.sqlite'));
    const { name } = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'coupons%'")
      .get() as { name: string };
    database.exec(`DELETE FROM ${name} WHERE code = 'FIVER'`);
    database.close();
    const changed = await verify();
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.output)).toMatchObject({
      differences: [expect.stringContaining('FIVER')],
    });
  });
});
