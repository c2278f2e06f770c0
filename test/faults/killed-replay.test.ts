// The replay is killed ten times while the shop sells and is looked at, on either database. It goes
// on where it was; no read fails or is torn, also while the rebuilt rows are promoted, taken back
// and promoted again; and in the end every row is what a fold of the log from scratch gives.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import * as documents from '../../schema/generated/graphql.js';
import { loadPricing } from '../../src/pricing/pricing-module.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, type ReadModelPlace } from '../../src/read-models/open.js';
import { CommandLine } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { dumpFromScratch, dumpOf } from '../read-models/dump.js';
import { describeOnBoth, sharedPostgres } from '../read-models/databases.js';
import { Build, fillCart, Reader, replay } from '../replay/two-builds.js';

/** The long form: CARTOGRAPH_SOAK=4 npm test -- test/faults */
const SOAK = Number(process.env['CARTOGRAPH_SOAK'] ?? 1);
const KILLS = 10 * SOAK;
const LINES = 2_000;
const SHOPPERS = 4;
/** A rebuild of that much takes about so long once it has begun. */
const LONGEST_MS = 600;
const LOOK_MS = 5;
/** A shopper thinks, so that the log grows with the time and not with the machine's speed. */
const THINK_MS = 20;

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const databases = { SQLite: () => Promise.resolve(undefined), Postgres: sharedPostgres() };

interface Shop {
  readonly service: ServiceProcess;
  readonly build: Build;
  readonly place: ReadModelPlace;
}

async function newFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `cartograph-${name}-`));
  cleanup.add(() => rm(folder, { recursive: true }));
  return folder;
}

async function shopOfABadBuild(databaseUrl: string | undefined): Promise<Shop> {
  const folder = await newFolder('builds');
  const build = await Build.first(folder);
  if (databaseUrl !== undefined) build.environment['DATABASE_URL'] = databaseUrl;
  const service = await ServiceProcess.start(build.environment);
  cleanup.add(() => service.remove());
  const month = new URL('../../data/online-retail/2010-12.csv.gz', import.meta.url);
  const lines = gunzipSync(await readFile(month))
    .toString()
    .split('\n');
  const invoices = join(folder, 'invoices.csv');
  await writeFile(invoices, lines.slice(0, LINES).join('\n'));
  await service.run('import', 'online-retail', invoices);
  const { dataDir } = service;
  const place = { dataDir, ...(databaseUrl !== undefined && { databaseUrl }) };
  return { service, build, place };
}

/** Adds one item after another; every command must be accepted. */
async function sell(service: ServiceProcess, isOver: () => boolean): Promise<number> {
  const { cartId, shopper } = await new Shopper(service).open();
  let accepted = 0;
  while (!isOver()) {
    const input = { cartId, sku: accepted % 2 === 0 ? '71053' : '84406B', quantity: 1 };
    const { addItem } = await shopper.ask(documents.AddItemDocument, { input });
    if (addItem.cart == null) throw new Error(JSON.stringify(addItem));
    accepted += 1;
    await delay(THINK_MS);
  }
  return accepted;
}

async function isBuilding({ place }: Shop): Promise<boolean> {
  const reads = await openReadModels(place);
  try {
    return (await reads.generations()).some(({ status }) => status === 'BUILDING');
  } finally {
    await reads.close();
  }
}

/** Kills a replay at a random moment after it has begun; true when it was not done by then. */
async function killReplay(shop: Shop): Promise<boolean> {
  const { service, build } = shop;
  const child = CommandLine.on(service.dataDir, build.environment).start('replay', '--fresh');
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  while (child.exitCode === null && !(await isBuilding(shop))) await delay(LOOK_MS);
  await Promise.race([exited, delay(Math.random() * LONGEST_MS)]);
  child.kill('SIGKILL');
  const [, signal] = await exited;
  return signal === 'SIGKILL';
}

/** What is served is what the log gives to a database that has never been written to. */
async function expectScratchFold({ service, build, place }: Shop): Promise<void> {
  const projections = projectionsOf(await loadPricing(build.environment['PRICING_RULES']));
  const served = await dumpOf(place, projections);
  const endpoint = await readFile(join(service.dataDir, 'endpoint.json'), 'utf8');
  const { connectionString } = JSON.parse(endpoint) as { connectionString: string };
  const folder = await newFolder('scratch');
  const folded = await dumpFromScratch(connectionString, folder, projections, served.position);
  expect(served.lines.length).toBeGreaterThan(100);
  expect(folded).toEqual(served);
}

interface Verification {
  readonly readModels: readonly { readonly name: string; readonly rows: number }[];
  readonly differences: readonly string[];
}

describeOnBoth<string | undefined>('read models in %s', databases, (databaseUrlOf) => {
  test('a replay that is killed under load goes on, and a swap is never seen in part', async () => {
    const shop = await shopOfABadBuild(await databaseUrlOf());
    const { service, build } = shop;
    await build.deploySecond();
    await service.stop();
    await service.restart();
    const { cartId, shopper } = await new Shopper(service).open();
    const { wrong, right } = await fillCart(shopper, cartId);
    const readers = Array.from({ length: 2 }, () => new Reader(shopper, cartId));
    const all = async (total: number) => {
      await Promise.all(readers.map((reader) => reader.sees(total)));
    };
    let isOver = false;
    const shopping = Array.from({ length: SHOPPERS }, () => sell(service, () => isOver));

    const kills: boolean[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) kills.push(await killReplay(shop));
    expect(kills).toContain(true);
    await all(wrong);
    await replay(service);
    for (const [step, total] of [
      ['--promote', right],
      ['--rollback', wrong],
      ['--promote', right],
    ] as const) {
      await replay(service, 'cart', step);
      await all(total);
    }
    isOver = true;
    expect(Math.min(...(await Promise.all(shopping)))).toBeGreaterThan(0);
    for (const reader of readers) {
      await reader.end();
      expect(reader.seen).toEqual([wrong, right, wrong, right]);
    }
    await expectScratchFold(shop);
    const verification = JSON.parse(await service.run('verify', '--json')) as Verification;
    expect(verification.differences).toEqual([]);
    expect(verification.readModels.map(({ name }) => name)).toContain(
      'cart (generation 1, standby)',
    );
  }, 300_000);

  test('a replay whose service is killed ends with one line, and goes on with the next', async () => {
    const shop = await shopOfABadBuild(await databaseUrlOf());
    const { service, build } = shop;
    const cartograph = CommandLine.on(service.dataDir, build.environment);
    const over = new AbortController();
    const replaying = cartograph.run('replay', '--wait', '0').finally(() => over.abort());
    while (!over.signal.aborted && !(await isBuilding(shop))) await delay(LOOK_MS);
    await service.kill();
    const { code, errors } = await replaying;
    // It may have read all that it needed by then.
    if (code !== 0) expect([code, errors.split('\n').length]).toEqual([3, 1]);
    await service.restart();
    const status = JSON.parse(await replay(service, '--json')) as {
      drift: { differing: number }[];
    };
    expect(status.drift.length).toBeGreaterThan(0);
    expect(status.drift.filter(({ differing }) => differing !== 0)).toEqual([]);
    const verification = JSON.parse(await service.run('verify', '--json')) as Verification;
    expect(verification.differences).toEqual([]);
  }, 120_000);
});
