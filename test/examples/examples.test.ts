// The examples, run as a reader runs them, against one service.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSchema, parse, validate } from 'graphql';
import type { Browser } from 'playwright-core';
import { parse as parseYaml } from 'yaml';
import graphqlConfig from '../../graphql.config.js';
import * as documents from '../../schema/generated/graphql.js';
import { repository } from '../deploy/dockerfile.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { lastingPort } from '../support/lasting-port.js';
import { describeInBrowser, startBrowser } from '../web/browser.js';
import { visitors } from '../web/page.js';

let service: ServiceProcess;
const running: ChildProcess[] = [];
beforeAll(async () => {
  // The example that lost its connection finds the service again where it was.
  service = await ServiceProcess.start({ PORT: String(await lastingPort()) });
});
afterAll(async () => {
  for (const one of running) one.kill('SIGKILL');
  await service.remove();
});

/** The lines that a program prints. */
function started(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { ...process.env, ...settings, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => (await lines.next()).value as string };
}

test('watch-cart.js prints every change once, over a lost connection too, and ends', async () => {
  const shop = new Shopper(service);
  const { cartId, cartToken, shopper } = await shop.open();
  const { products } = await shop.ask(documents.ProductsDocument, { search: 'lantern', first: 1 });
  const sku = products.edges[0]!.node.sku;
  const script = ['examples/watch-cart.js', cartId, cartToken, service.websocketUrl];
  const { child, line } = started(script);
  const ended = once(child, 'exit');
  expect(await line()).toBe('0 Now 0 items, 0.00');
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku, quantity: 2 } });
  expect(await line()).toMatch(/^1 Added 2 × .* 2 items, \d+\.\d\d$/);
  await service.kill();
  await service.restart();
  await shopper.ask(documents.RemoveItemDocument, { input: { cartId, sku } });
  expect(await line()).toMatch(/^2 .* 0 items, 0\.00$/);
  child.kill();
  await ended;
});

describeInBrowser('the React page', () => {
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    browser = await startBrowser();
    const vite = ['node_modules/vite/bin/vite.js', 'examples/react-cart', '--port', '0'];
    const { line } = started(vite, { SHOP_URL: service.url });
    for (;;) {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(await line()) ?? [];
      if (found === undefined) continue;
      url = found;
      break;
    }
  });
  afterAll(() => browser.close());
  const enter = visitors(() => browser);

  test('fills a cart that another tab shows too', async () => {
    const { context, page, complaints } = await enter(url);
    await page.getByText('Empty').waitFor();
    await page.getByRole('button').first().click();
    await page.getByText(/^1 items, \d+\.\d\d$/).waitFor();
    const other = await context.newPage();
    await other.goto(url);
    await other.getByText(/^1 items/).waitFor();
    await other.getByRole('button').first().click();
    await page.getByText(/^2 items/).waitFor();
    expect(complaints).toEqual([]);
  });
});

test('the workflow runs .ci/run on the Node of the image', () => {
  const workflow = parseYaml(
    readFileSync(join(repository, 'examples/ci/github-actions.yml'), 'utf8'),
  ) as { jobs: Record<string, { steps: { run?: string; with?: Record<string, unknown> }[] }> };
  const { steps } = workflow.jobs['checks']!;
  expect(steps.at(-1)?.run).toBe('.ci/run');
  expect(statSync(join(repository, '.ci/run')).mode & 0o111).not.toBe(0);
  const image = /node:(\d+)/.exec(readFileSync(join(repository, 'Dockerfile'), 'utf8'))?.[1];
  expect(steps.map((step) => step.with?.['node-version']).filter(Boolean)).toEqual([Number(image)]);
});

test('the development container has that Node, and runs scripts that there are', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(join(repository, name), 'utf8')) as Record<string, unknown>;
  const container = read('.devcontainer/devcontainer.json');
  const image = /node:(\d+)/.exec(readFileSync(join(repository, 'Dockerfile'), 'utf8'))?.[1];
  expect(container['image']).toContain(`javascript-node:${image ?? '?'}-`);
  const scripts = [...String(container['postCreateCommand']).matchAll(/npm run -s (\w+)/g)];
  expect(scripts.length).toBeGreaterThan(0);
  for (const [, script] of scripts) expect(read('package.json')['scripts']).toHaveProperty(script!);
});

test('graphql.config.ts names the schema, and operations that are valid by it', () => {
  const schema = buildSchema(readFileSync(join(repository, graphqlConfig.schema), 'utf8'));
  for (const pattern of graphqlConfig.documents) {
    expect(globSync(pattern, { cwd: repository })).not.toEqual([]);
  }
  const files = globSync('schema/operations/*.graphql', { cwd: repository });
  const all = files.map((file) => readFileSync(join(repository, file), 'utf8')).join('\n');
  expect(validate(schema, parse(all))).toEqual([]);
});
