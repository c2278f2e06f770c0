// How the process starts and ends, as an operator and an orchestrator see it.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onEveryEventLog } from './event-logs.js';
import { cartographScript, type ServiceProcess } from './service.js';

onEveryEventLog((start) => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await start();
  });
  afterAll(() => service.remove());

  async function serveWith(environment: Readonly<Record<string, string>>) {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [cartographScript, 'serve'], {
      env: { PATH, PORT: '0', LOG_FORMAT: 'json', DOTENV_PATH: '/nowhere', ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, errors };
  }

  test('it is live and ready, and says of each part how it is', async () => {
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: 'ready',
      parts: { 'event store': 'ready', projections: 'ready', 'read models': 'ready' },
    });
  });

  test('it tells its figures to Prometheus', async () => {
    await fetch(`${service.url}/health/live`);
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toContain('cartograph_http_request_duration_seconds_bucket');
    expect(text).toMatch(/cartograph_projection_lag_events\{projection="[\w-]+"\} \d/);
  });

  test('a bad setting ends it with 2 and one line that names it', async () => {
    const { code, errors } = await serveWith({ PORT: 'http' });
    expect(code).toBe(2);
    expect(errors.trim()).toMatch(/^.*PORT must be [^\n]+$/);
  });

  test('a data folder that another process owns ends it with 3', async () => {
    const { code, errors } = await serveWith({ ...service.settings, DATA_DIR: service.dataDir });
    expect(code).toBe(3);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  test('a port that is taken ends it with 3', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const other = await start();
    await other.stop();
    const { code, errors } = await serveWith({
      ...other.settings,
      DATA_DIR: other.dataDir,
      PORT: String(port),
    });
    expect(code).toBe(3);
    expect(errors).toContain('EADDRINUSE');
    const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-taken-port-'));
    const onNew = await serveWith({ DATA_DIR: dataDir, PORT: String(port) });
    expect(onNew).toMatchObject({ code: 3, errors: expect.stringContaining('EADDRINUSE') });
    // It is told before anything is computed.
    expect(await readdir(dataDir)).not.toContain('read-models.sqlite');
    await rm(dataDir, { recursive: true });
    holder.close();
    await other.remove();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s stops it in order, with 0', async (signal) => {
    const other = await start();
    expect(await other.stop(signal)).toEqual({ code: 0, signal: null });
    await other.restart();
    expect(await other.stop(signal)).toEqual({ code: 0, signal: null });
    await other.remove();
  });

  test('the pages come from the service itself', async () => {
    for (const path of ['/', '/graphiql']) {
      const page = await fetch(service.url + path);
      expect([page.status, page.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('text/html'),
      ]);
      const html = await page.text();
      const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
      expect(assets.length).toBeGreaterThan(0);
      for (const asset of assets) {
        expect((await fetch(new URL(asset, page.url))).status).toBe(200);
      }
    }
  });

  test('production has no playground and requires JWKS_URL', async () => {
    const production = { NODE_ENV: 'production' };
    const { code, errors } = await serveWith(production);
    expect([code, errors.trim()]).toEqual([2, expect.stringContaining('JWKS_URL')]);
    const other = await start({ ...production, JWKS_URL: 'https://id.example/keys' });
    expect((await fetch(`${other.url}/graphiql`)).status).toBe(404);
    expect((await fetch(other.url)).status).toBe(200);
    await other.remove();
  });
});
