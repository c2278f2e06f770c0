// Whatever a shop stored of a person is gone when the person is erased: e-mail address, name, street,
// telephone and gift note are in no file, row, mail, export or message. A payment token is gone as
// soon as it was used. Carts fold, totals stay, and hash chains verify.
import { afterEach, expect, test } from '@jest/globals';
import { join } from 'node:path';
import * as documents from '../../schema/generated/graphql.js';
import { mintToken, type Role } from '../../src/tokens/sign-in.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { type OpenedCart, Shopper } from '../flow/shopper.js';
import { untilOrder } from '../flow/whole-shop/buying.js';
import { describeOnBoth, newPlaces } from '../read-models/databases.js';
import { receive } from '../webhooks/receiver.js';
import { dumpOf, filesWith, finderOf } from './traces.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const SKU = '71053';
/** More than a snapshot waits for. */
const CHANGES = 60;
const TOKENS = { approved: 'tok_ok', declined: 'tok_canary_declined_731' };
const webhookTypes = [
  ...(['OrderPlaced', 'PaymentReceived', 'PaymentDeclined', 'OrderCancelled'] as const),
  'PersonErased' as const,
];

/** All that a shop is told of one person. */
interface Personal {
  readonly email: string;
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly phone: string;
  readonly note: string;
}

const personalOf = (word: string, phone: string): Personal => ({
  email: `${word}.Address@Example.org`,
  name: `${word} Person`,
  street: `17 ${word} Street`,
  city: `${word} upon Sea`,
  postalCode: `${word.slice(0, 6)} 7XY`,
  phone,
  note: `Happy birthday, ${word} child!`,
});
const guest = personalOf('Canaryguest', '+44 20 7946 0731');
const customer = personalOf('Canarycustomer', '+44 20 7946 0862');
const bystander = personalOf('Bystander', '+44 20 7946 0953');
const erased = finderOf([guest, customer].flatMap((person) => Object.values(person) as string[]));

class Shop {
  private constructor(
    readonly service: ServiceProcess,
    readonly admin: Shopper,
    readonly databaseUrl: string | undefined,
  ) {}

  static async open(databaseUrl: string | undefined): Promise<Shop> {
    const settings = {
      WEBHOOK_PRIVATE_ADDRESSES: 'allow',
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    };
    const service = await ServiceProcess.start(settings);
    cleanup.add(() => service.remove());
    const shop = new Shop(service, await signedIn(service, 'admin', 'boss'), databaseUrl);
    const prices = [{ price: { minorUnits: 490, currency: 'GBP' } }];
    await shop.admin.ask(documents.DefineShippingMethodDocument, {
      input: { code: 'SENT', name: 'Sent', countries: ['GB'], prices },
    });
    return shop;
  }

  /** Where something is found: files, and tables of Postgres. */
  async places(finds: ReturnType<typeof finderOf>): Promise<readonly string[]> {
    const tables = [...(await dumpOf(this.databaseUrl))].filter(([, rows]) =>
      rows.some((row) => finds(Buffer.from(row))),
    );
    const files = await filesWith(this.service.dataDir, finds);
    return [...files, ...tables.map(([name]) => `table ${name}`)];
  }

  revenue() {
    const range = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };
    return this.admin.ask(documents.RevenueReportDocument, { ...range, currency: 'GBP' });
  }

  order(orderId: string) {
    return this.admin.ask(documents.OrderDocument, { orderId });
  }
}

async function signedIn(service: ServiceProcess, role: Role, subject: string): Promise<Shopper> {
  const settings = { dataDir: service.dataDir, issuer: 'cartograph', audience: 'cartograph' };
  return new Shopper(service, {
    authorization: `Bearer ${await mintToken(settings, { subject, role, ttlSeconds: 900 })}`,
  });
}

interface Filled extends OpenedCart {
  readonly shopper: Shopper;
  readonly total: number;
}

/** A cart of many changes, with an address and a note. */
async function filledBy(shopper: Shopper, person: Personal): Promise<Filled> {
  const opened = await shopper.open();
  const { cartId } = opened;
  const { email, name, street, city, postalCode, phone, note } = person;
  await opened.shopper.ask(documents.AddItemDocument, { input: { cartId, sku: SKU } });
  for (let change = 0; change < CHANGES; change += 1) {
    const quantity = 1 + (change % 2);
    await opened.shopper.ask(documents.ChangeQuantityDocument, {
      input: { cartId, sku: SKU, quantity },
    });
  }
  const address = { name, lines: [street], city, postalCode, phone };
  await opened.shopper.ask(documents.SetShippingAddressDocument, {
    input: { cartId, place: { country: 'GB' }, address, email },
  });
  await opened.shopper.ask(documents.SetGiftNoteDocument, { input: { cartId, email, note } });
  const { chooseShippingMethod } = await opened.shopper.ask(
    documents.ChooseShippingMethodDocument,
    { input: { cartId, code: 'SENT' } },
  );
  return { ...opened, total: chooseShippingMethod.cart!.totals.total.minorUnits };
}

async function bought(
  shopper: Shopper,
  person: Personal,
  paymentToken: string,
  status: 'PAID' | 'CANCELLED',
): Promise<string> {
  const { cartId, total: expectedTotal, shopper: holder } = await filledBy(shopper, person);
  const { email } = person;
  const { checkout } = await holder.ask(documents.CheckoutDocument, {
    input: { cartId, email, paymentToken, expectedTotal },
  });
  return (await untilOrder(holder, checkout.order!.id, status)).id;
}

/** Every field of it can be read. */
async function isReadable(shop: Shop, orderId: string, person: Personal): Promise<boolean> {
  const { order } = await shop.admin.ask(documents.OrderDeliveryDocument, { orderId });
  if (order?.shippingAddress == null && order?.giftNote == null) return false;
  expect(order).toMatchObject({
    shippingAddress: { name: person.name, lines: [person.street], city: person.city },
    giftNote: person.note,
  });
  return true;
}

describeOnBoth('with rows in %s', newPlaces(cleanup), (newPlace) => {
  test('an erased person is nowhere, and all else is as it was', async () => {
    const { databaseUrl } = (await newPlace()) as { readonly databaseUrl?: string };
    const shop = await Shop.open(databaseUrl);
    const { service, admin } = shop;
    let refusals = 2;
    const receiver = await receive(cleanup, (response) => {
      // A refusal leaves a record of its attempt.
      response.writeHead(refusals-- > 0 ? 500 : 200).end();
    });
    await admin.ask(documents.RegisterWebhookDocument, {
      input: { url: receiver.url, eventTypes: [...webhookTypes] },
    });

    const own = await signedIn(service, 'customer', 'c-1');
    const orders = [
      await bought(new Shopper(service), guest, TOKENS.approved, 'PAID'),
      await bought(own, customer, TOKENS.approved, 'PAID'),
      await bought(own, customer, TOKENS.declined, 'CANCELLED'),
    ];
    const others = await bought(new Shopper(service), bystander, TOKENS.approved, 'PAID');
    const cart = await filledBy(new Shopper(service), guest);

    // A token that was used is nowhere, also of people who stay.
    expect(await shop.places(finderOf(Object.values(TOKENS)))).toEqual([]);
    expect((await dumpOf(databaseUrl)).get('payment_token') ?? []).toEqual([]);
    // Before anybody is erased, mails alone have their texts as they are.
    const before = await shop.places(erased);
    expect(before).not.toEqual([]);
    expect(before.filter((path) => !/outbox.*\.eml$/.test(path))).toEqual([]);
    for (const orderId of orders.slice(0, 1))
      expect(await isReadable(shop, orderId, guest)).toBe(true);
    const known = await Promise.all([shop.revenue(), ...orders.map((id) => shop.order(id))]);
    const pastOf = ({ cartId, shopper }: Filled) =>
      shopper.ask(documents.CartAtRevisionDocument, { cartId, revision: CHANGES });
    const past = await pastOf(cart);

    for (const input of [{ email: guest.email }, { customerId: 'c-1' }]) {
      await admin.ask(documents.EraseCustomerDocument, { input });
    }
    const demandAsBefore = async () => {
      for (const orderId of orders) expect(await isReadable(shop, orderId, guest)).toBe(false);
      expect(await isReadable(shop, others, bystander)).toBe(true);
      expect(await Promise.all([shop.revenue(), ...orders.map((id) => shop.order(id))])).toEqual(
        known,
      );
      expect(await pastOf(cart)).toEqual(past);
    };
    await demandAsBefore();

    const always = ['--first-day', '2026-01-01', '--last-day', '2035-12-31'];
    const exports = [
      await service.run('export'),
      await service.run('export', 'products', ...always),
      await service.run('export', 'daily-revenue', ...always),
      await service.run('inspect', `cart-${cart.cartId}`, '--json'),
    ];
    expect(exports.filter((text) => erased(Buffer.from(text)))).toEqual([]);
    expect(await shop.places(erased)).toEqual([]);
    // What a crash leaves, with write-ahead logs.
    await service.kill();
    expect(await shop.places(erased)).toEqual([]);
    await service.restart();
    expect(await service.run('verify')).toContain('Everything matches the log.');
    await service.run('replay', '--promote');
    await demandAsBefore();
    expect(receiver.received.length).toBeGreaterThan(orders.length);
    const messages = receiver.received.map(({ body }) => Buffer.from(body));
    expect(messages.filter((body) => erased(body))).toEqual([]);
    await service.stop();
    expect(erased(Buffer.from(service.log))).toBe(false);
    expect(await shop.places(erased)).toEqual([]);
    // The same search finds those who stay.
    const mails = await shop.places(finderOf([bystander.email]));
    expect(mails.filter((path) => path.startsWith(join(service.dataDir, 'outbox')))).not.toEqual(
      [],
    );
  }, 240_000);
});
