// What a replay session answers to an operator, with a log in memory and no command line.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pricingOf, standardRules } from '../../src/domain/cart/pricing.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openRowStore } from '../../src/read-models/open.js';
import { RowReader } from '../../src/read-models/row-reader.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import type { Differences } from '../../src/replay/outcomes.js';
import { type PromotionChoice, ReplaySession } from '../../src/replay/replay-session.js';
import { UnknownReadModelError } from '../../src/replay/targets.js';
import { added, applied, opened, percentOff } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';

const pricing = pricingOf([
  { ...standardRules, version: 1, discountOf: () => 0 },
  { ...standardRules, version: 2 },
]);
const older = projectionsOf(pricing).filter(
  ({ name, version }) => name !== 'cart' || version === 1,
);
/** Carts of 200 pence less 10 %, of which the older rules forget the discount. */
const CARTS = 3;
const DISCOUNT = 20;

let dataDir = '';
let rows: RowStore;
let session: ReplaySession;
let logsLent = 0;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-session-'));
  rows = await openRowStore({ dataDir });
  const log = new StoredLog();
  for (let n = 0; n < CARTS; n += 1) {
    log.append(`cart-${n}`, opened(), added('MUG', 2, 100), applied('TEN', percentOff(10)));
  }
  const projector = await Projector.start(rows, older);
  await projector.apply(log.events);
  logsLent = 0;
  session = new ReplaySession({
    rows,
    openSnapshot: () => Promise.resolve(new RowReader(SqliteDatabase.openSnapshot(dataDir))),
    withLog: (work) => {
      logsLent += 1;
      return work({ store: log });
    },
    pricing,
    onError: 'stop',
  });
});
afterEach(async () => {
  await rows.close();
  await rm(dataDir, { recursive: true });
});

const choice = (given: Partial<PromotionChoice> = {}): PromotionChoice => ({
  names: ['cart'],
  isFresh: false,
  isReportAsked: false,
  isDriftAccepted: false,
  keep: 2,
  ...given,
});

async function live(name: string): Promise<number | undefined> {
  const generations = await rows.generations();
  return generations.find((one) => one.name === name && one.status === 'LIVE')?.generation;
}

describe('a session', () => {
  test('rebuilds to standby, says in money what changed, promotes, and rolls back', async () => {
    const rebuilt = await session.rebuild(choice());
    expect(rebuilt).toMatchObject({
      kind: 'on standby',
      work: {
        rebuilt: [{ name: 'cart', generation: 2 }],
        drift: [{ differing: CARTS, unexplained: 0, money: { GBP: BigInt(-CARTS * DISCOUNT) } }],
        report: { compared: { carts: CARTS } },
      },
    });
    expect(await live('cart')).toBe(1);

    const promoted = await session.promote(choice());
    expect(promoted).toMatchObject({ kind: 'promoted', promoted: [{ generation: 2 }] });
    expect(promoted).toMatchObject({ work: { rebuilt: [], report: null } });
    expect(await live('cart')).toBe(2);
    expect(logsLent).toBe(1);

    const back = await session.rollBack({ names: ['cart'], isStaleAccepted: false });
    expect(back).toMatchObject({ kind: 'rolled back', live: [{ name: 'cart', generation: 1 }] });
    expect(await session.rollBack({ names: ['cart'], isStaleAccepted: false })).toMatchObject({
      kind: 'refused',
      reason: 'NOTHING_EARLIER',
    });
    expect(logsLent).toBe(1);
  });

  test('promotes nothing that it does not understand, unless the operator accepts it', async () => {
    await session.rebuild(choice({ names: ['catalogue', 'cart'] }));
    const standby = (await rows.generations()).find(
      ({ name, status }) => name === 'cart' && status === 'STANDBY',
    )!;
    const { table } = projectionsOf(pricing)[0]!;
    const [[key, row] = ['', {}]] = [...(await rows.load(standby, table, ['0']))];
    const { epoch } = await rows.registry();
    const changed = new Map([[key, { ...row, revision: 99 }]]);
    await rows.commit(
      [{ generation: standby, table, rows: changed }],
      standby.checkpoint,
      [],
      epoch,
    );

    const refusal = await session.promote(choice());
    expect(refusal).toMatchObject({ kind: 'refused', reason: 'UNEXPLAINED_DRIFT' });
    expect(refusal).toMatchObject({ work: { drift: [{ unexplained: 1, examples: ['0'] }] } });
    expect(await live('cart')).toBe(1);
    const accepted = await session.promote(choice({ isDriftAccepted: true }));
    expect(accepted.kind).toBe('promoted');
  });

  test('tells the differences before it promotes, and promotes nothing if that fails', async () => {
    const told: Differences[] = [];
    const onCompared = async (differences: Differences) => {
      expect(await live('cart')).toBe(1);
      told.push(differences);
      throw new Error('the disk is full');
    };
    await expect(session.promote(choice({ onCompared }))).rejects.toThrow('the disk is full');
    expect(told).toMatchObject([{ report: { carts: [{}, {}, {}] } }]);
    expect(await live('cart')).toBe(1);
  });

  test('does one thing at a time, also within one process', async () => {
    const inside: unknown[] = [];
    const onCompared = async () => {
      inside.push(await session.promote(choice()), await session.dropOld([]));
    };
    expect(await session.rebuild(choice({ onCompared }))).toMatchObject({ kind: 'on standby' });
    expect(inside).toMatchObject([
      { kind: 'refused', reason: 'HELD' },
      { kind: 'refused', reason: 'HELD' },
    ]);
    const holder = { pid: 1, host: 'elsewhere', startedAt: Date.now(), beatAt: Date.now() };
    await rows.claimReplay(holder, () => true);
    expect(await session.dropOld([])).toMatchObject({
      kind: 'refused',
      reason: 'HELD',
      message: expect.stringContaining('process 1 on elsewhere'),
    });
  });

  test('without names promotes only what is on standby or has to be rebuilt', async () => {
    const outcome = await session.promote(choice({ names: [] }));
    expect(outcome).toMatchObject({ kind: 'promoted', promoted: [{ name: 'cart' }] });
    expect(await live('coupons')).toBe(1);
  });

  test('drops earlier generations when asked, and says in its status what there is', async () => {
    await session.promote(choice());
    expect((await session.status(['cart'])).generations).toMatchObject([
      { generation: 1, status: 'STANDBY' },
      { generation: 2, status: 'LIVE' },
    ]);
    const dropped = await session.dropOld(['cart']);
    expect(dropped).toMatchObject({ kind: 'dropped', generations: [{ generation: 1 }] });
    expect((await session.status(['cart'])).generations).toHaveLength(1);
  });

  test('drops a rebuild that nobody wants, finished or not, while no replay runs', async () => {
    const onProgress = () => {
      throw new Error('the machine dies');
    };
    await expect(session.rebuild(choice({ onProgress }))).rejects.toThrow('the machine dies');
    await session.rebuild(choice({ names: ['coupons'] }));
    const outcome = await session.dropNew([]);
    expect(outcome).toMatchObject({
      kind: 'dropped',
      generations: [
        { name: 'cart', generation: 2, status: 'BUILDING' },
        { name: 'coupons', generation: 2, status: 'STANDBY' },
      ],
    });
    expect((await rows.generations()).filter(({ status }) => status !== 'LIVE')).toEqual([]);
    expect(await session.rebuild(choice())).toMatchObject({ kind: 'on standby' });
    await rows.claimReplay(
      { pid: 1, host: 'elsewhere', startedAt: Date.now(), beatAt: Date.now() },
      () => true,
    );
    expect(await session.dropNew([])).toMatchObject({ kind: 'refused', reason: 'HELD' });
  });

  test('knows the names of its read models', async () => {
    await expect(session.status(['parcels'])).rejects.toThrow(UnknownReadModelError);
  });
});
