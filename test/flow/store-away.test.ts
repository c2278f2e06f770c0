// The event store of a service that runs beside it goes away and comes back.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { type LogElsewhere, startLogElsewhere } from './event-logs.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

describe.each([
  ['without TLS', { tls: false }],
  ['with TLS and users', { tls: true }],
  ['that is found by gossip', { tls: true, scheme: 'esdb+discover' }],
])('a node %s', (_, options) => {
  let log: LogElsewhere;
  let service: ServiceProcess;
  beforeAll(async () => {
    log = await startLogElsewhere(options);
    service = await ServiceProcess.start(log.settings);
  });
  afterAll(async () => {
    await service.remove();
    await log.remove();
  });

  test('commands are refused as unavailable during the failover, and work afterwards', async () => {
    const guest = new Shopper(service);
    const { cartId, shopper } = await guest.open();
    const removing = { input: { cartId, sku: 'NOTHING' } };
    const codes = async () => {
      const { data, errors } = await shopper.answer(documents.RemoveItemDocument, removing);
      return errors?.[0]?.extensions.code ?? data?.removeItem.rejection?.code;
    };
    expect(await codes()).toBe('NOT_FOUND');

    await log.node.kill();
    expect(await codes()).toBe('SERVICE_UNAVAILABLE');
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);

    await log.node.start();
    // Each answer while it reconnects takes its time, so this is no busy loop.
    while ((await codes()) === 'SERVICE_UNAVAILABLE');
    const again = await guest.open();
    expect(again.cartId).not.toBe(cartId);
    expect(await codes()).toBe('NOT_FOUND');
  });
});
