// Other users of the machine can read nothing of a data folder, whatever the umask was.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { narrowFiles } from '../../src/service/private-files.js';
import { ServiceProcess } from '../flow/service.js';

let dataDir = '';
let umask = 0;
beforeEach(async () => {
  umask = process.umask(0);
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-private-'));
});
afterEach(async () => {
  process.umask(umask);
  await rm(dataDir, { recursive: true });
});

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

/** What others may do something with. */
async function openToOthers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = [folder, ...names.map((name) => join(folder, name))];
  const open: string[] = [];
  for (const path of paths) if (((await modeIfThere(path)) & 0o077) !== 0) open.push(path);
  return open;
}

/** What SQLite keeps beside a file may go while it is listed. */
async function modeIfThere(path: string): Promise<number> {
  try {
    return (await stat(path)).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

test('everything that the service and its commands leave behind is private', async () => {
  const service = await ServiceProcess.start();
  const folder = join(service.dataDir, 'made');
  await service.stop();
  await service.restart({ DATA_DIR: folder });
  expect(await openToOthers(folder)).toEqual([]);
  const out = join(folder, 'reports');
  await mkdir(out, { mode: 0o700 });
  await service.run('replay', '--report', join(out, 'impact.json'));
  await service.run('audit', 'checkpoint', '--to', join(out, 'checkpoint.json'));
  await service.run(
    'embedded-node',
    'backup',
    '--data',
    join(folder, 'log'),
    '--to',
    join(out, 'b.sqlite'),
  );
  await service.run('token', '--role', 'admin', '--subject', 'me');
  expect((await readdir(out)).length).toBeGreaterThanOrEqual(3);
  expect(await openToOthers(folder)).toEqual([]);
  await service.kill();
  await service.run('verify');
  expect(await openToOthers(folder)).toEqual([]);
  await service.remove();
}, 120_000);

test('the next start removes other users’ rights', async () => {
  const service = await ServiceProcess.start();
  await service.stop();
  for (const name of await readdir(service.dataDir, { recursive: true })) {
    const path = join(service.dataDir, name);
    await chmod(path, (await stat(path)).isDirectory() ? 0o755 : 0o644);
  }
  await chmod(service.dataDir, 0o755);
  await service.restart();
  expect(await openToOthers(service.dataDir)).toEqual([]);
  await service.remove();
}, 60_000);

test('files that the program did not make keep their modes, and links are not followed', async () => {
  const mine = join(dataDir, 'package.json');
  const elsewhere = join(dataDir, 'elsewhere');
  await writeFile(mine, '{}', { mode: 0o644 });
  await writeFile(elsewhere, '', { mode: 0o644 });
  expect(await narrowFiles(dataDir)).toEqual([]);
  await chmod(dataDir, 0o755);
  await mkdir(join(dataDir, 'log'), { mode: 0o755 });
  await symlink(elsewhere, join(dataDir, 'log', 'link'));
  await narrowFiles(dataDir);
  const modes = [mine, elsewhere, join(dataDir, 'log'), dataDir].map(modeOf);
  expect(await Promise.all(modes)).toEqual(['644', '644', '700', '700']);
});
