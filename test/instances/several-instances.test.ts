// Several instances on one log and one Postgres: one projects, all serve and push; which one is asked
// makes no difference, also when one is killed.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup, startTestNode } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { PostgresServer, whyNoPostgres } from '../read-models/postgres-server.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

let server: PostgresServer | undefined;
beforeAll(async () => {
  if (whyNoPostgres === undefined) server = await PostgresServer.start();
}, 60_000);
afterAll(() => server?.remove());

const sku = 'MUG';

/** The first of them is the one that projects. */
async function startInstances(count: number): Promise<ServiceProcess[]> {
  const { connectionString } = await startTestNode(cleanup);
  const settings = {
    EVENTSTORE_URL: connectionString,
    DATABASE_URL: (await server?.database()) ?? '',
    CART_TOKEN_SECRET: 'the same for all instances of a shop',
  };
  const instances: ServiceProcess[] = [];
  for (let started = 0; started < count; started += 1) {
    const instance = await ServiceProcess.start(settings);
    cleanup.add(() => instance.remove());
    instances.push(instance);
  }
  const admin = await Shopper.signedIn(instances[0]!, 'admin', 'boss');
  const price = { minorUnits: 250, currency: 'GBP' };
  await admin.ask(documents.ListProductDocument, { input: { sku, name: 'A mug', price } });
  return instances;
}

const at = (instance: ServiceProcess, cartToken: string) =>
  new Shopper(instance).holding(cartToken);

async function add(shopper: Shopper, cartId: string, commandId = randomUUID()): Promise<number> {
  const input = { cartId, sku, quantity: 1, commandId };
  const { addItem } = await shopper.ask(documents.AddItemDocument, { input });
  if (addItem.cart == null) throw new Error(JSON.stringify(addItem));
  return addItem.cart.revision;
}

async function revisionShown(shopper: Shopper, cartId: string, minRevision: number) {
  const variables = { cartId, minRevision, timeoutMs: 10_000 };
  return (await shopper.ask(documents.CartDocument, variables)).cart?.revision;
}

const suite = whyNoPostgres === undefined ? describe : describe.skip;
const unless = whyNoPostgres === undefined ? '' : ` (skipped: ${whyNoPostgres})`;

suite(`several instances${unless}`, () => {
  test('serve one shop: a cart of one is the cart of the other, a retry is recognised by both', async () => {
    const [first, second, third] = await startInstances(3);
    const { cartId, cartToken } = await new Shopper(first!).open();
    const commandId = randomUUID();
    expect(await add(at(second!, cartToken), cartId, commandId)).toBe(1);
    expect(await add(at(first!, cartToken), cartId)).toBe(2);
    expect(await add(at(third!, cartToken), cartId, commandId)).toBe(1);
    for (const instance of [first!, second!, third!]) {
      expect(await revisionShown(at(instance, cartToken), cartId, 2)).toBe(2);
    }
    const again = { input: { commandId: randomUUID() } };
    const [one, other] = await Promise.all(
      [first!, second!].map((instance) =>
        new Shopper(instance).ask(documents.OpenCartDocument, again),
      ),
    );
    expect(one?.openCart.cartToken).toBe(other?.openCart.cartToken);
  }, 120_000);

  test('push every change once, and go on projecting, when the one that projects is killed', async () => {
    const [projecting, surviving] = await startInstances(2);
    const { cartId, cartToken } = await new Shopper(projecting!).open();
    const shopper = at(surviving!, cartToken);
    const pushed: number[] = [];
    const changes = shopper.subscribe(documents.CartChangedDocument, { cartId });
    const first = await changes.next();
    expect(first.value?.cartChanged.revision).toBe(0);
    const listening = (async () => {
      for await (const { cartChanged } of changes) {
        pushed.push(cartChanged.revision);
        if (cartChanged.revision === 30) return;
      }
    })();
    for (let revision = 1; revision <= 30; revision += 1) {
      if (revision === 10) await projecting!.kill();
      expect(await add(shopper, cartId)).toBe(revision);
    }
    const killedAt = performance.now();
    expect(await revisionShown(shopper, cartId, 30)).toBe(30);
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    await listening;
    expect(pushed).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    const verification = JSON.parse(await surviving!.run('verify', '--json')) as object;
    expect(verification).toMatchObject({ differences: [] });
    // One that starts later takes up what is there.
    await projecting!.restart();
    expect(await revisionShown(at(projecting!, cartToken), cartId, 30)).toBe(30);
  }, 120_000);

  test('a database that is away is told as such, and nothing is lost when it is back', async () => {
    const own = await PostgresServer.start();
    cleanup.add(() => own.remove());
    const { connectionString } = await startTestNode(cleanup);
    const service = await ServiceProcess.start({
      EVENTSTORE_URL: connectionString,
      DATABASE_URL: await own.database(),
    });
    cleanup.add(() => service.remove());
    const admin = await Shopper.signedIn(service, 'admin', 'boss');
    const price = { minorUnits: 250, currency: 'GBP' };
    await admin.ask(documents.ListProductDocument, { input: { sku, name: 'A mug', price } });
    const { cartId, shopper } = await new Shopper(service).open();
    await add(shopper, cartId);
    await own.stop();
    const away = await shopper.answer(documents.CartDocument, { cartId });
    expect(away.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    const health = await fetch(`${service.url}/health/ready`);
    expect(health.status).toBe(503);
    await own.startAgain();
    expect(await add(shopper, cartId)).toBe(2);
    expect(await revisionShown(shopper, cartId, 2)).toBe(2);
  }, 120_000);
});
