// What the read models hold refuses a replay with 1, because the command was right; what `verify`
// cannot read ends it with 3.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeAll(async () => {
  const service = await ServiceProcess.start();
  cleanup.add(() => service.remove());
  await service.stop();
  cartograph = CommandLine.on(service.dataDir, {});
}, 60_000);
afterAll(() => cleanup.run());

test.each([[['--rollback']], [['cart', '--rollback']]])(
  'replay %j is refused with 1 where nothing was live before',
  async (flags) => {
    const { code, errors } = await cartograph.run('replay', ...flags);
    expect([code, errors]).toEqual([1, expect.stringContaining('no earlier generation was live')]);
  },
);

test('replay --drop-new drops what was rebuilt and not promoted', async () => {
  expect(await cartograph.run('replay', 'coupons')).toMatchObject({ code: 0 });
  const dropped = { code: 0, output: 'coupons: generation 2 is dropped' };
  expect(await cartograph.run('replay', '--drop-new')).toMatchObject(dropped);
  const nothing = { code: 0, output: 'There is no newer generation to drop' };
  expect(await cartograph.run('replay', '--drop-new')).toMatchObject(nothing);
}, 60_000);

test('verify says that it cannot read the snapshots, and ends with 3', async () => {
  const file = join(cartograph.dataDir, 'snapshots.sqlite');
  const holder = new DatabaseSync(file);
  holder.exec('PRAGMA journal_mode = WAL; PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE');
  const { code, output } = await cartograph.run('verify');
  holder.close();
  expect(output).toContain('UNREAD  The snapshots cannot be compared: ');
  expect(output).not.toContain('Everything matches');
  expect(code).toBe(3);
  expect(await cartograph.run('verify')).toMatchObject({ code: 0 });
}, 60_000);
