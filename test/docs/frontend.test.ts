// The script in docs/frontend.md runs as it stands, against a service.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ServiceProcess } from '../flow/service.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/frontend.md'), 'utf8');

let service: ServiceProcess;
let folder: string;
beforeAll(async () => {
  service = await ServiceProcess.start();
  folder = await mkdtemp(join(tmpdir(), 'cartograph-frontend-'));
});
afterAll(async () => {
  await service.remove();
  await rm(folder, { recursive: true, force: true });
});

test('the script shops, watches itself, and ends by itself', async () => {
  const script = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const path = join(folder, 'script.ts');
  await writeFile(path, script.replaceAll(`'../`, `'${pathToFileURL(root).href}`));
  const loader = pathToFileURL(join(root, 'test/support/run-typescript.js')).href;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--import', loader, path],
    { cwd: root, env: { ...process.env, SHOP_URL: service.url }, timeout: 50_000 },
  );
  expect(stderr).toBe('');
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(5);
  expect(lines).toContain('refused: COUPON_INVALID');
  expect(lines.at(-1)).toMatch(/^ordered: \d+\.\d\d GBP$/);
  const live = lines.filter((line) => /^\d/.test(line));
  expect(live).toEqual([
    expect.stringMatching(/^1 Added 2 × .* \d+\.\d\d$/),
    expect.stringMatching(/^2 .*WELCOME10.* \d+\.\d\d$/),
    expect.stringMatching(/^3 .* \d+\.\d\d$/),
  ]);
});

test('every file that the page names exists', () => {
  const named = [...page.matchAll(/`(web\/[\w/.-]+\.tsx?)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(5);
  for (const path of named) expect(() => readFileSync(join(root, path))).not.toThrow();
});
