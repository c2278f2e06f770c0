// The event store of a service that runs beside it goes away and comes back.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as documents from '../../schema/generated/graphql.js';
import { cartographScript, ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

let folder: string;
let node: { readonly process: ChildProcess; readonly port: string };
let service: ServiceProcess;

/** The embedded node as a process of its own, as a stand-in for a server elsewhere. */
async function startNode(port: string) {
  const args = ['embedded-node', '--port', port, '--data', folder];
  const child = spawn(process.execPath, [cartographScript, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    const given = /127\.0\.0\.1:(\d+)/.exec(output)?.[1];
    if (given !== undefined) return { process: child, port: given };
  }
  throw new Error('The node did not start');
}

async function killNode() {
  node.process.kill('SIGKILL');
  await once(node.process, 'exit');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartograph-node-'));
  node = await startNode('0');
  service = await ServiceProcess.start({
    EVENTSTORE_URL: `esdb://127.0.0.1:${node.port}?tls=false`,
  });
});
afterAll(async () => {
  await service.remove();
  node.process.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('commands are refused as unavailable meanwhile, and go on afterwards', async () => {
  const guest = new Shopper(service);
  const { cartId, shopper } = await guest.open();
  const removing = { input: { cartId, sku: 'NOTHING' } };
  const codes = async () => {
    const { data, errors } = await shopper.answer(documents.RemoveItemDocument, removing);
    return errors?.[0]?.extensions.code ?? data?.removeItem.rejection?.code;
  };
  expect(await codes()).toBe('NOT_FOUND');

  await killNode();
  expect(await codes()).toBe('SERVICE_UNAVAILABLE');
  expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);

  node = await startNode(node.port);
  // Each answer while it reconnects takes its time, so this is no busy loop.
  while ((await codes()) === 'SERVICE_UNAVAILABLE');
  const again = await guest.open();
  expect(again.cartId).not.toBe(cartId);
  expect(await codes()).toBe('NOT_FOUND');
});
