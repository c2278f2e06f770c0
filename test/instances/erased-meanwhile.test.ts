// Postgres is away for one of two instances, which makes a key of its own for an order, and dies. The
// guest is erased at the other one. When the first one is back, the key is erased too.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as documents from '../../schema/generated/graphql.js';
import { PersonKeys } from '../../src/personal-data/person-keys.js';
import { PostgresDatabase } from '../../src/read-models/postgres.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { Cleanup, connectTestStore } from '../event-store/nodes.js';
import { untilStored } from '../event-store/until-stored.js';
import { Shopper } from '../flow/shopper.js';
import { describeOnPostgres } from '../read-models/databases.js';
import { Stage } from '../soak/stage.js';

const email = 'ann@example.org';

describeOnPostgres('a guest who is erased at one instance', () => {
  const cleanup = new Cleanup();
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start({ instances: 2, database: 'postgres' });
    cleanup.add(() => stage.remove());
    cleanup.add(() => stage.stop());
  }, 60_000);
  afterAll(() => cleanup.run());

  test('is erased where another instance had a key of hers for itself', async () => {
    const [cut, whole] = [stage.instance('instance-1'), stage.instance('instance-2')];
    const admin = await Shopper.signedIn(whole.service, 'admin', 'boss');
    const input = { sku: 'POT', name: 'A pot', price: { minorUnits: 900, currency: 'GBP' } };
    await admin.ask(documents.ListProductDocument, { input });

    cut.database!.refuse();
    const { cartId, shopper } = await new Shopper(cut.service).open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: 'POT' } });
    const paying = { email, paymentToken: 'tok_ok', expectedTotal: 900 };
    const { checkout } = await shopper.ask(documents.CheckoutDocument, {
      input: { cartId, ...paying },
    });
    expect(checkout.rejection).toBeNull();
    await cut.service.kill();
    cut.database!.letThrough();
    const own = await keysIn(join(cut.dataDir, 'keys', 'people.sqlite'));
    const [made] = await own.all();
    expect(made).toMatchObject({ customerId: null });

    const erased = await admin.ask(documents.EraseCustomerDocument, { input: { email } });
    expect(erased.eraseCustomer.keysDestroyed).toBe(0);
    await cut.service.restart();
    const store = connectTestStore(cleanup, stage.connectionString);
    const ofPerson = await untilStored(store, { prefixes: ['person-'] });
    expect(ofPerson).toMatchObject({ type: 'PersonErased', data: { keyId: made!.keyId } });
    const shared = PostgresDatabase.open(whole.place.databaseUrl!, { connections: 1 });
    cleanup.add(() => shared.close());
    const keys = await PersonKeys.on(shared);
    while ((await keys.find(made!.keyId)) !== 'destroyed' || (await own.all()).length > 0);
    expect(await keys.all()).toEqual([]);
  }, 90_000);

  function keysIn(path: string): Promise<PersonKeys> {
    const database = SqliteDatabase.on(new DatabaseSync(path));
    cleanup.add(() => database.close());
    return PersonKeys.on(database);
  }
});
