// A node that is killed while projections handle, emit and write checkpoints: each event is emitted
// once, in order, and the states are those of all events. KILLS=50 is the long form; KILL_SEED
// repeats the moments.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonEvent } from '@eventstore/db-client';
import { Cleanup } from '../../../test/event-store/nodes.js';
import { NodeProcess } from '../kills/node-process.js';
import { Random } from '../model/random.js';
import { Projections } from './given.js';

const KILLS = Number(process.env['KILLS'] ?? 6);
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
/** Together more than the events of a checkpoint. */
const EVENTS_A_LIFE = 1_500;

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const counting = `$init: () => ({ sum: 0 }), Happened(s, e) { s.sum += e.data.n; }`;
const projections: Record<string, string> = {
  emitting: `fromCategory('a').when({ $init: () => ({ sum: 0 }),
    Happened(s, e) { s.sum += e.data.n; linkTo('links', e); emit('seen', 'Seen', { n: s.sum }); } })`,
  ofAll: `fromAll().when({ $init: () => ({ sum: 0 }),
    Happened(s, e) { s.sum += e.data.n; emit('all', 'Seen', { n: s.sum }); } })`,
  parted: `fromCategory('a').foreachStream().when({ ${counting} }).outputState()`,
};

test(
  `${KILLS} kills, seed ${seed}`,
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-projections-'));
    cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
    const node = new NodeProcess({ dataDir, runProjections: true });
    cleanup.add(() => node.kill());
    const random = new Random(seed);
    let count = 0;
    for (let life = 0; life <= KILLS; life++) {
      await node.start();
      const alive = new Cleanup();
      const given = Projections.on(node.connectionString, alive);
      if (life === 0) {
        for (const [name, query] of Object.entries(projections)) {
          await given.client.createProjection(name, query, { emitEnabled: true });
        }
      }
      if (life < KILLS) {
        const events = Array.from({ length: EVENTS_A_LIFE }, () =>
          jsonEvent({ type: 'Happened', data: { n: 1 } }),
        );
        await given.client.appendToStream(`a-${life % 3}`, events);
        count += EVENTS_A_LIFE;
        await new Promise((resolve) => setTimeout(resolve, random.below(700)));
        await node.kill();
      } else await demandAll(given, count);
      await alive.run();
    }
  },
  180_000 + KILLS * 20_000,
);

async function demandAll(given: Projections, count: number): Promise<void> {
  const sums = Array.from({ length: count }, (_, n) => ({ n: n + 1 }));
  await given.until('ofAll', ({ progress }) => progress === 100);
  await given.until('emitting', () => true);
  const state = (name: string, partition = '') =>
    given.client.getProjectionState<{ sum?: number }>(name, { partition });
  const total = async () => {
    const parts = await Promise.all([0, 1, 2].map((n) => state('parted', `a-${n}`)));
    return parts.reduce((sum, part) => sum + (part.sum ?? 0), 0);
  };
  await given.eventually(async () => (await state('emitting')).sum === count);
  await given.eventually(async () => (await total()) === count);
  expect(await state('ofAll')).toEqual({ sum: count });
  expect((await given.read('seen')).map(([, data]) => data)).toEqual(sums);
  expect((await given.read('all')).map(([, data]) => data)).toEqual(sums);
  const links = (await given.read('links')).map(([, target]) => target);
  expect(new Set(links).size).toBe(count);
  expect(links).toHaveLength(count);
  const results = await Promise.all(
    [0, 1, 2].map((n) => given.read(`$projections-parted-a-${n}-result`)),
  );
  expect(results.map((shown) => shown.map(([, data]) => data))).toEqual(
    results.map((shown) => shown.map((_, index) => ({ sum: index + 1 }))),
  );
  expect(results.reduce((sum, shown) => sum + shown.length, 0)).toBe(count);
}
