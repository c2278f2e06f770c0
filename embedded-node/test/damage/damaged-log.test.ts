// Whatever happens to the files of a log, a node either finds it or it makes no difference: nothing
// is served that was not written, and nothing that was acknowledged is silently missing. The long
// form: DAMAGES=5000 npm test -- embedded-node/test/damage. DAMAGE_SEED repeats a run.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../model/random.js';
import { damages, LOG, WAL } from './damages.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { type Sizes, type WrittenLog, writeLog } from './written-log.js';

const DAMAGES = Number(process.env['DAMAGES'] ?? 200);
const seed = Number(process.env['DAMAGE_SEED'] ?? Date.now() % 1_000_000);
/** A log above this size is not read through when it is opened. */
const CHECKED_AT_OPEN_BYTES = 32 * 1024 * 1024;

const small: Sizes = { appends: 60, mostEvents: 12, streams: 6, mostBytes: 900 };
const large: Sizes = { appends: 110, mostEvents: 60, streams: 20, mostBytes: 24_000 };

const logs = new Map<string, WrittenLog>();
beforeAll(async () => {
  const random = new Random(seed);
  logs.set('small', await writeLog(random, small));
  logs.set('large', await writeLog(random, large));
}, 120_000);
afterAll(() => Promise.all([...logs.values()].map((log) => log.remove())));

/** Every tenth is of the large log. */
const kinds = [
  ['small', Math.ceil(DAMAGES * 0.9)],
  ['large', Math.ceil(DAMAGES * 0.1)],
] as const;

test.each(kinds)(
  `a %s log, damaged %s times: found or harmless, seed ${seed}`,
  async (size, count) => {
    const log = logs.get(size)!;
    const outcomes: Record<Outcome, number> = { refused: 0, told: 0, harmless: 0 };
    for (let n = 0; n < count; n += 1) {
      const random = new Random(seed * 10_000 + n);
      const from = random.chance(0.5) ? 'killed' : 'stopped';
      const file = from === 'killed' && random.chance(0.6) ? WAL : LOG;
      const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-damaged-'));
      try {
        await cp(log[from], dataDir, { recursive: true });
        const done = await damages[n % damages.length]!(dataDir, file, random);
        const outcome = await outcomeOf(dataDir, log).catch((error: unknown) => {
          throw new Error(`damage ${n}, ${size} log, ${from}: ${done}`, { cause: error });
        });
        outcomes[outcome] += 1;
      } finally {
        await rm(dataDir, { recursive: true, force: true });
      }
    }
    if (DAMAGES > 200) process.stderr.write(`${size}: ${JSON.stringify(outcomes)}\n`);
    expect(outcomes.refused + outcomes.told).toBeGreaterThan(0);
    expect(outcomes.refused + outcomes.told + outcomes.harmless).toBe(count);
  },
  120_000 + DAMAGES * 3_000,
);

test('the large log is one that is not read through when it is opened', async () => {
  const { size } = await stat(join(logs.get('large')!.stopped, LOG));
  expect(size).toBeGreaterThan(CHECKED_AT_OPEN_BYTES);
});
