// The disk of the read models takes no more, or their database goes away, while rows are written:
// what is served stays as it was, and as soon as it can be written again everything goes on where
// it was.
import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import { migrate } from '../../src/read-models/migrations.js';
import { openRowStore } from '../../src/read-models/open.js';
import { RowStore } from '../../src/read-models/row-store.js';
import { FILE_NAME, SqliteDatabase } from '../../src/read-models/sqlite.js';
import { ReadModelsFullError } from '../../src/read-models/unavailable.js';
import { whileReplaying } from '../../src/replay/holder.js';
import { rebuild } from '../../src/replay/rebuild.js';
import type { RebuildOptions } from '../../src/replay/rebuild-options.js';
import { CommandLine, type Ended } from '../cli/command.js';
import { added, opened } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { cartographScript, ServiceProcess } from '../flow/service.js';
import { describeOnPostgres } from '../read-models/databases.js';
import { PostgresServer } from '../read-models/postgres-server.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const LINES = 3_000;
const projections = projectionsOf(standardPricing);

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-full-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  return folder;
}

function logOf<Log extends StoredLog>(carts: number, log: Log): Log {
  for (let n = 0; n < carts; n += 1) {
    log.append(`cart-${n}`, opened(), added('MUG', 1 + (n % 7), 100), added('CUP', 2, 250));
  }
  return log;
}

async function project(rows: RowStore, log: StoredLog): Promise<void> {
  await (await Projector.start(rows, projections)).apply(log.events);
}

function replaying(rows: RowStore, log: StoredLog, options: Partial<RebuildOptions> = {}) {
  return whileReplaying(rows, (holder) =>
    rebuild({ store: log, rows, projections, onError: 'stop', holder, ...options }),
  );
}

async function openDisk(): Promise<SqliteDatabase> {
  const disk = SqliteDatabase.open(await newFolder());
  await migrate(disk);
  return disk;
}

/** From now on the file cannot grow by more than so many pages. */
async function leavePages(disk: SqliteDatabase, count: number): Promise<void> {
  const [pages] = await disk.query<{ page_count: number }>('PRAGMA page_count');
  await disk.query(`PRAGMA max_page_count = ${(pages?.page_count ?? 0) + count}`);
}

const makeRoom = (disk: SqliteDatabase) => disk.query('PRAGMA max_page_count = 1000000');

describe('a disk that is full', () => {
  test('moves no checkpoint of the projector, which continues when there is space', async () => {
    const disk = await openDisk();
    const rows = new RowStore(disk);
    cleanup.add(() => rows.close());
    const log = logOf(300, new StoredLog());
    const projector = await Projector.start(rows, projections);
    await projector.apply(log.events.slice(0, 300));
    const before = await rows.generations();
    await leavePages(disk, 4);
    const rest = log.events.slice(300);
    await expect(projector.apply(rest)).rejects.toThrow(ReadModelsFullError);
    expect(await rows.generations()).toEqual(before);
    expect((await verify(log, rows, projections)).differences).toEqual([]);

    await makeRoom(disk);
    await projector.apply(rest);
    expect(new Set((await rows.generations()).map(({ checkpoint }) => checkpoint))).toEqual(
      new Set([log.head]),
    );
    expect((await verify(log, rows, projections)).differences).toEqual([]);
  });

  test.each([2, 60, 250])(
    'with %i pages left ends a replay, and another one goes on with what it left',
    async (pages) => {
      const disk = await openDisk();
      const rows = new RowStore(disk);
      cleanup.add(() => rows.close());
      const log = logOf(1_500, new StoredLog());
      await project(rows, log);
      const served = await rows.generations();
      await leavePages(disk, pages);
      await expect(replaying(rows, log)).rejects.toThrow(ReadModelsFullError);
      const left = await rows.generations();
      expect(left.filter(({ status }) => status === 'LIVE')).toEqual(served);
      expect(left.filter(({ status }) => status === 'STANDBY')).toEqual([]);

      await makeRoom(disk);
      const { generations, events } = await replaying(rows, log);
      const isBegun = left.some(({ checkpoint, status }) => status !== 'LIVE' && checkpoint > 0n);
      expect(events < log.events.length).toBe(isBegun);
      await rows.promote(generations, 1);
      expect((await verify(log, rows, projections)).differences).toEqual([]);
    },
  );

  test('is never made full by a replay, which leaves room to sell and to drop it again', async () => {
    const disk = await openDisk();
    let free = Infinity;
    disk.freeBytes = () => Promise.resolve(free);
    const rows = new RowStore(disk);
    cleanup.add(() => rows.close());
    const log = logOf(1_500, new StoredLog());
    await project(rows, log);
    const onProgress = () => void (free = 40 * 2 ** 20);
    await expect(replaying(rows, log, { onProgress })).rejects.toThrow(
      new ReadModelsFullError(undefined, 'The disk of the read models has less than 64 MiB left'),
    );
    const left = await rows.generations();
    expect(left.some(({ checkpoint, status }) => status === 'BUILDING' && checkpoint > 0n)).toBe(
      true,
    );
    free = Infinity;
    const { events } = await replaying(rows, log);
    expect(events).toBeLessThan(log.events.length);
  });

  test('ends the command with one line and 3, and running it again finishes it', async () => {
    const service = await ServiceProcess.start();
    cleanup.add(() => service.remove());
    const month = new URL('../../data/online-retail/2010-12.csv.gz', import.meta.url);
    const lines = gunzipSync(await readFile(month))
      .toString()
      .split('\n');
    const invoices = join(await newFolder(), 'invoices.csv');
    await writeFile(invoices, lines.slice(0, LINES).join('\n'));
    await service.run('import', 'online-retail', invoices);
    await service.stop();
    const { dataDir } = service;
    const cartograph = CommandLine.on(dataDir, {});
    const generations = async () => {
      const { output } = await cartograph.run('replay', '--status', '--json');
      return (JSON.parse(output) as { generations: { status: string; checkpoint: string }[] })
        .generations;
    };
    const served = await generations();

    const { size } = await stat(join(dataDir, FILE_NAME));
    const full = await replayOnADiskOf(Math.round(size / 2), dataDir);
    expect(full.errors).toMatch(/^The disk of the read models is full or .*: make room .*$/);
    expect(full.code).toBe(3);
    const left = await generations();
    expect(left.filter(({ status }) => status === 'LIVE')).toEqual(served);
    expect(left.filter(({ status }) => status === 'STANDBY')).toEqual([]);
    expect(await cartograph.run('verify')).toMatchObject({ code: 0 });

    const again = await cartograph.run('replay', '--promote');
    expect(again).toMatchObject({ code: 0, errors: '' });
    expect(again.output).toContain('promoted in');
    expect(await cartograph.run('verify')).toMatchObject({ code: 0 });
  }, 120_000);
});

/**
 * Runs a replay that can make no file longer than that; the shell counts in blocks of 512 bytes.
 */
async function replayOnADiskOf(bytes: number, dataDir: string): Promise<Ended> {
  const limited = `ulimit -f ${Math.ceil(bytes / 512)} && exec "$0" "$@"`;
  const child = spawn('sh', ['-c', limited, process.execPath, cartographScript, 'replay'], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, DOTENV_PATH: join(dataDir, 'no.env') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output.trim(), errors: errors.trim() };
}

/** A log that is read on only when what is awaited has happened. */
class WaitingLog extends StoredLog {
  awaited: Promise<void> | undefined;

  override async *readAllInBatches(range: { readonly after?: bigint } = {}) {
    for await (const batch of super.readAllInBatches(range)) {
      await this.awaited;
      yield batch;
    }
  }
}

describeOnPostgres('a Postgres that goes away in the middle of a replay', () => {
  test('is waited for, and nothing is lost', async () => {
    const server = await PostgresServer.start();
    cleanup.add(() => server.remove());
    const rows = await openRowStore({ dataDir: '', databaseUrl: await server.database() });
    cleanup.add(() => rows.close());
    const log = logOf(1_500, new WaitingLog());
    await project(rows, log);
    let comingBack: Promise<void> | undefined;
    let waited = 0;
    const { generations, events } = await replaying(rows, log, {
      onProgress: () => void (log.awaited ??= server.stop()),
      onWait: () => {
        waited += 1;
        comingBack ??= server.startAgain();
      },
    });
    await comingBack;
    expect(waited).toBeGreaterThan(0);
    expect(events).toBeGreaterThanOrEqual(log.events.length);
    await rows.promote(generations, 1);
    expect((await verify(log, rows, projections)).differences).toEqual([]);
  });
});
