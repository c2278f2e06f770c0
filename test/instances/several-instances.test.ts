// Several instances on one log and one Postgres: one projects, all serve and push; which one is
// asked makes no difference, also when one is killed.
import { afterEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import type { CartChangedSubscription } from '../../schema/generated/graphql.js';
import { Cleanup, startTestNode } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { describeOnPostgres, sharedPostgres } from '../read-models/databases.js';
import { PostgresServer } from '../read-models/postgres-server.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const newDatabase = sharedPostgres();

const sku = 'MUG';

/** The first of them is the one that projects. */
async function startInstances(count: number): Promise<ServiceProcess[]> {
  const { connectionString } = await startTestNode(cleanup);
  const settings = {
    EVENTSTORE_URL: connectionString,
    DATABASE_URL: await newDatabase(),
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

const KILLED_AFTER = 10;
const LAST = 30;
const TAKEN_OVER_MS = 5_000;

/** Takes what is pushed of a cart up to the last revision, from an instance that may be killed. */
class Follower {
  readonly pushed: number[] = [];
  /** Resolves when the last one was pushed, or no more can come because the instance is gone. */
  readonly ended: Promise<void>;
  private wake: () => void = () => undefined;

  constructor(shopper: Shopper, cartId: string, afterRevision?: number) {
    const from = afterRevision === undefined ? {} : { afterRevision };
    const changes = shopper.subscribe(documents.CartChangedDocument, { cartId, ...from });
    this.ended = this.follow(changes);
  }

  get last(): number {
    return this.pushed.at(-1) ?? -1;
  }

  /** Resolves when that revision was pushed. */
  async has(revision: number): Promise<void> {
    while (this.last < revision) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private async follow(changes: AsyncIterable<CartChangedSubscription>): Promise<void> {
    try {
      for await (const { cartChanged } of changes) {
        this.pushed.push(cartChanged.revision);
        this.wake();
        if (cartChanged.revision === LAST) return;
      }
    } catch (error) {
      // A socket that is lost is what the test is about; what is missing shows in `pushed`.
      if (this.pushed.length === 0) throw error;
    }
  }
}

describeOnPostgres('several instances', () => {
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

  test('that are sent one commandId at once do it once, and the log stays whole', async () => {
    const instances = await startInstances(2);
    const { cartId, cartToken } = await new Shopper(instances[0]!).open();
    const shoppers = instances.map((instance) => at(instance, cartToken));
    let quantity = 0;
    for (let round = 0; round < 40; round += 1) {
      const commandId = randomUUID();
      const answers = await Promise.all(
        shoppers.map((shopper, index) => {
          const input = { cartId, sku, quantity: round % 2 === 0 ? 1 : index + 1, commandId };
          return shopper.ask(documents.AddItemDocument, { input });
        }),
      );
      const codes = answers.map(({ addItem }) => addItem.rejection?.code ?? 'accepted').sort();
      expect(codes).toEqual([round % 2 === 0 ? 'accepted' : 'COMMAND_ID_REUSED', 'accepted']);
      quantity += answers[0]!.addItem.rejection == null ? 1 : 2;
    }
    for (const shopper of shoppers) await add(shopper, cartId);
    const { cart } = await shoppers[0]!.ask(documents.CartDocument, { cartId, minRevision: 42 });
    expect(cart?.totals.itemCount).toBe(quantity + 2);
    expect(await instances[0]!.run('verify')).toContain('Everything matches the log.');
  }, 120_000);

  test('lose no push when the one that projects is killed, and show what follows within 5 s', async () => {
    const [projecting, surviving] = await startInstances(2);
    const { cartId, cartToken } = await new Shopper(projecting!).open();
    const [there, here] = [at(projecting!, cartToken), at(surviving!, cartToken)];
    const survives = new Follower(here, cartId);
    const loses = new Follower(there, cartId);
    await Promise.all([survives.has(0), loses.has(0)]);
    for (let revision = 1; revision < KILLED_AFTER; revision += 1) {
      const by = revision % 2 === 0 ? here : there;
      expect(await add(by, cartId)).toBe(revision);
      expect(await revisionShown(by === here ? there : here, cartId, revision)).toBe(revision);
    }
    const lastThere = randomUUID();
    expect(await add(there, cartId, lastThere)).toBe(KILLED_AFTER);
    const killedAt = performance.now();
    await projecting!.kill();
    await loses.ended;
    const resumed = new Follower(here, cartId, loses.last);

    expect(await add(here, cartId, lastThere)).toBe(KILLED_AFTER);
    expect(await add(here, cartId)).toBe(KILLED_AFTER + 1);
    expect(await revisionShown(here, cartId, KILLED_AFTER + 1)).toBe(KILLED_AFTER + 1);
    expect(performance.now() - killedAt).toBeLessThan(TAKEN_OVER_MS);
    for (let revision = KILLED_AFTER + 2; revision <= LAST; revision += 1) {
      expect(await add(here, cartId)).toBe(revision);
    }
    await Promise.all([survives.ended, resumed.ended]);
    const every = Array.from({ length: LAST + 1 }, (_, revision) => revision);
    expect(survives.pushed).toEqual(every);
    expect([...loses.pushed, ...resumed.pushed]).toEqual(every);
    const verification = JSON.parse(await surviving!.run('verify', '--json')) as object;
    expect(verification).toMatchObject({ differences: [] });

    // One that starts later takes up what is there.
    await projecting!.restart();
    const back = at(projecting!, cartToken);
    expect(await revisionShown(back, cartId, LAST)).toBe(LAST);
    expect(await add(back, cartId, lastThere)).toBe(KILLED_AFTER);
  }, 120_000);

  test('an unavailable database is reported as such, and nothing is lost when it returns', async () => {
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
