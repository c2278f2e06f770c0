// The image's start command, outside a container: in a folder laid out as the image's last stage
// says, with the packages of a production only, by a user who can write to the data folder alone.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { commandOf, copies, environmentOf, image, repository } from './dockerfile.js';

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/**
 * Whoever owns nothing here. Only root can start a program as somebody else, and then only where
 * that one may reach this Node.
 */
const stranger = { uid: 1000, gid: 1000 };
const canBeStranger = spawnSync(process.execPath, ['--version'], stranger).status === 0;
const user: Partial<typeof stranger> = canBeStranger ? stranger : {};
const folder = mkdtempSync(join(tmpdir(), 'cartograph-image-'));
const app = join(folder, 'app');
const dataDir = join(folder, 'data');

const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};

const isProduction = (path: string) => {
  const locked = lock.packages[path];
  return locked !== undefined && !locked.dev && !locked.optional && !locked.devOptional;
};

/** A file of a package, if the innermost package that it is in belongs to a production. */
function isWanted(path: string): boolean {
  const inside = relative(repository, path).split('/');
  const at = inside.lastIndexOf('node_modules');
  const scoped = inside[at + 1]?.startsWith('@') === true;
  const end = at + (scoped ? 3 : 2);
  if (inside[at + 1]?.startsWith('.') === true) return false;
  return inside.length < end || isProduction(inside.slice(0, end).join('/'));
}

beforeAll(() => {
  mkdirSync(app);
  mkdirSync(dataDir);
  for (const { sources, target } of copies(image)) {
    for (const source of sources) {
      const from = join(repository, source.replace(/^\/app\//, ''));
      const to = target === './' ? join(app, source) : join(app, target);
      mkdirSync(dirname(to), { recursive: true });
      cpSync(from, to, { recursive: true, ...(target === 'node_modules' && { filter: isWanted }) });
    }
  }
  chmodSync(folder, 0o755);
  if (canBeStranger) chownSync(dataDir, stranger.uid, stranger.gid);
  execFileSync('chmod', ['-R', 'a+rX,a-w', app]);
});

afterAll(() => {
  execFileSync('chmod', ['-R', 'u+w', app]);
  rmSync(folder, { recursive: true, force: true });
});

function run(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const [program, ...args] = words;
  expect(program).toBe('node');
  return spawn(process.execPath, args, {
    cwd: app,
    env: { ...environmentOf(image), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
}

async function healthOf(port: string): Promise<number | null> {
  const check = run(commandOf(image, 'HEALTHCHECK'), { PORT: port });
  const [code] = (await once(check, 'exit')) as [number | null];
  return code;
}

test('it becomes healthy, writes only to its data folder, and stops with 0 on request', async () => {
  const command = [...commandOf(image, 'ENTRYPOINT'), ...commandOf(image, 'CMD')];
  const settings = { HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir };
  const service = run(command, settings);
  let log = '';
  service.stderr.on('data', (chunk) => (log += String(chunk)));
  const exited = once(service, 'exit');
  const lines = createInterface({ input: service.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), exited])) as [unknown];
  const port = /ready at http:\/\/127\.0\.0\.1:(\d+)$/.exec(String(line))?.[1];
  if (port === undefined) throw new Error(`It did not get ready: ${String(line)}\n${log}`);
  expect(await healthOf(port)).toBe(0);
  service.kill(/* as STOPSIGNAL says */ 'SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(await healthOf(port)).toBe(1);
});
