// Code that folds in another way than the code that made the rows: it says that a rebuild is due,
// serves what is there, and never folds an event onto it.
import { afterEach, describe, expect, test } from '@jest/globals';
import { appendFile, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { hashOfProgram } from '../../src/folds/fold-hash.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { verify } from '../../src/projections/verify.js';
import { openRowStore, type ReadModelPlace } from '../../src/read-models/open.js';
import type { RowStore } from '../../src/read-models/row-store.js';
import { whileReplaying } from '../../src/replay/holder.js';
import { rebuild } from '../../src/replay/rebuild.js';
import { added, CART_ID, opened } from '../controls/cart.js';
import { StoredLog } from '../controls/stored-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces, runSql } from '../read-models/databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const before = projectionsOf(standardPricing);
/** A build whose carts are folded by other code. */
const after = before.map((one) => (one.name === 'cart' ? { ...one, foldHash: 'another' } : one));
const cart = `cart-${CART_ID}`;

async function opening(place: ReadModelPlace): Promise<RowStore> {
  const rows = await openRowStore(place);
  cleanup.add(() => rows.close());
  return rows;
}

/** Leaves the database as an earlier release of this program made it. */
const forgetFolds = (place: ReadModelPlace) =>
  runSql(
    place,
    'ALTER TABLE read_model_generation DROP COLUMN fold_hash; DROP TABLE read_model_migration',
  );

async function cartsIn(rows: RowStore) {
  return (await rows.generations()).filter(({ name }) => name === 'cart');
}

describeOnBoth('carts that other code has made, in %s', newPlaces(cleanup), (placeOf) => {
  test('are served as they are until they are rebuilt, while everything else goes on', async () => {
    const rows = await opening(await placeOf());
    const log = new StoredLog();
    log.append(cart, opened());
    await (await Projector.start(rows, before)).apply(log.events);
    const [served] = await cartsIn(rows);
    log.append(cart, added('MUG', 1, 100));

    const projector = await Projector.start(rows, after);
    expect(projector.rebuildsDue).toEqual(['cart']);
    expect(projector.frozenLive.map(({ reason }) => reason)).toEqual([
      "rebuild due: cart: the live rows were made by other code than this build's",
    ]);
    expect(await projector.apply(log.events.slice(1))).not.toContain('cart');
    expect(await cartsIn(rows)).toEqual([served]);
    const { differences } = await verify(log, rows, after);
    expect(differences).toEqual([expect.stringContaining('a rebuild is due')]);

    const { generations } = await whileReplaying(rows, (holder) =>
      rebuild({ store: log, rows, projections: after, onError: 'stop', holder }),
    );
    await rows.promote(generations, 1);
    expect((await Projector.start(rows, after)).rebuildsDue).toEqual([]);
    expect((await verify(log, rows, after)).differences).toEqual([]);
  });

  test('are not what an unfinished rebuild by other code goes on with', async () => {
    const rows = await opening(await placeOf());
    const log = new StoredLog();
    log.append(cart, opened());
    await (await Projector.start(rows, before)).apply(log.events);
    const [served] = await cartsIn(rows);
    const { table } = before.find(({ name }) => name === 'cart')!;
    await rows.create({ ...served!, generation: 2, status: 'BUILDING', promotedAt: null }, table);
    await whileReplaying(rows, (holder) =>
      rebuild({ store: log, rows, projections: after, onError: 'stop', holder }),
    );
    expect(await cartsIn(rows)).toMatchObject([
      { generation: 1, status: 'LIVE' },
      { generation: 3, status: 'STANDBY', foldHash: 'another' },
    ]);
  });

  test('from before that was recorded are carried on by the build that first meets them', async () => {
    const place = await placeOf();
    const log = new StoredLog();
    log.append(cart, opened());
    await (await Projector.start(await opening(place), before)).apply(log.events);
    await forgetFolds(place);
    const rows = await opening(place);
    expect((await cartsIn(rows)).map(({ foldHash }) => foldHash)).toEqual([null]);
    log.append(cart, added('MUG', 1, 100));
    const projector = await Projector.start(rows, before);
    expect(await projector.apply(log.events.slice(1))).toContain('cart');
    const { foldHash } = before.find(({ name }) => name === 'cart')!;
    expect(await cartsIn(rows)).toMatchObject([{ foldHash, checkpoint: log.head }]);
    expect((await Projector.start(rows, after)).rebuildsDue).toEqual(['cart']);
  });

  test('and lack columns are not carried on, and hold no other read model up', async () => {
    const place = await placeOf();
    const log = new StoredLog();
    log.append(cart, opened());
    await (await Projector.start(await opening(place), before)).apply(log.events);
    await forgetFolds(place);
    await runSql(place, 'ALTER TABLE stock_g1 DROP COLUMN available');
    const rows = await opening(place);
    log.append(cart, added('MUG', 1, 100));
    await Projector.start(rows, before);
    const projector = await Projector.start(rows, before);
    expect(projector.rebuildsDue).toEqual(['stock']);
    expect(projector.frozenLive.map(({ generation }) => generation.name)).toEqual(['stock']);
    expect(await projector.apply(log.events.slice(1))).toContain('cart');
    const { generations } = await whileReplaying(rows, (holder) =>
      rebuild({ store: log, rows, projections: before, onError: 'stop', holder }),
    );
    await rows.promote(generations, 1);
    expect((await Projector.start(rows, before)).rebuildsDue).toEqual([]);
  });
});

describe('the hash of a projection', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));

  async function sourcesToChange(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-folds-'));
    cleanup.add(() => rm(folder, { recursive: true }));
    await cp(join(root, 'src'), join(folder, 'src'), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return join(folder, 'src');
  }

  const hashIn = (sources: string) =>
    hashOfProgram(
      ['projections/cart.js', 'projections/projected-event.js', 'domain/cart/codec.js'].map(
        (module) => pathToFileURL(join(sources, module)),
      ),
    );

  test('is that of all that makes its rows', () => {
    const { foldHash } = before.find(({ name }) => name === 'cart')!;
    expect(foldHash).toBe(hashIn(join(root, 'src')));
    expect(new Set(before.map((one) => one.foldHash)).size).toBe(before.length);
  });

  test.each([
    'projections/cart.ts',
    'projections/projected-event.ts',
    'domain/cart/state.ts',
    'domain/cart/view.ts',
    'domain/cart/price.ts',
    'domain/cart/codec.ts',
  ])('is another when %s changes', async (file) => {
    const sources = await sourcesToChange();
    await appendFile(join(sources, file), 'export const changed = true;\n');
    expect(hashIn(sources)).not.toBe(hashIn(join(root, 'src')));
  });

  test('stays when the pricing gets another version, which has a number for that', async () => {
    const sources = await sourcesToChange();
    await appendFile(join(sources, 'domain/cart/pricing.ts'), 'export const changed = true;\n');
    expect(hashIn(sources)).toBe(hashIn(join(root, 'src')));
  });
});
