// A shop that has been open for a while: every page of it has something to show. Its second build
// corrects a price, so that there are an impact report and read models on standby.
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import type { ServiceProcess } from '../flow/service.js';
import { type OpenedCart, Shopper } from '../flow/shopper.js';
import { correctedShop } from '../replay/two-builds.js';
import { receive } from '../webhooks/receiver.js';

type OrderKind = 'paid' | 'shipped' | 'refunded' | 'cancelled' | 'declined';

export interface PlacedOrder extends OpenedCart {
  readonly orderId: string;
}

interface LivedThrough {
  /** With several lines, a coupon and a way of delivery. */
  readonly cart: OpenedCart;
  readonly orders: Readonly<Record<OrderKind, PlacedOrder>>;
  readonly webhookId: string;
}

export interface LivedInShop extends LivedThrough {
  readonly service: ServiceProcess;
  readonly reportId: string;
  remove(): Promise<void>;
}

const money = (minorUnits: number) => ({ minorUnits, currency: 'GBP' });

/** Nothing breaks it but the page. */
const longName = `${'Donaudampfschifffahrtsgesellschaft'.repeat(3)} fittings, set of 12`;
export const longSku = 'AN-ARTICLE-NUMBER-THAT-NOBODY-EVER-SAYS';
const email = 'wilhelmina.featherstonehaugh@a-rather-long-domain-name.example.org';

export async function livedInShop(): Promise<LivedInShop> {
  const cleanup = new Cleanup();
  try {
    let lived: LivedThrough | undefined;
    const shop = await correctedShop({
      settings: { WEBHOOK_PRIVATE_ADDRESSES: 'allow' },
      before: async (service) => {
        lived = await new ShopLife(service, await adminOf(service), cleanup).live();
      },
    });
    cleanup.add(() => shop.remove());
    const { service } = shop;
    const reportId = await rebuild(await adminOf(service));
    return { ...lived!, service, reportId, remove: () => cleanup.run() };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

const adminOf = (service: ServiceProcess) => Shopper.signedIn(service, 'admin', 'root');

/** Fills generations beside the live ones, and answers what they would change. */
async function rebuild(admin: Shopper): Promise<string> {
  const { rebuildProjections } = await admin.ask(documents.RebuildProjectionsDocument, {
    input: { names: ['cart'], report: true },
  });
  const id = rebuildProjections.replay!.id;
  for await (const { replayChanged } of admin.subscribe(documents.ReplayChangedDocument, { id })) {
    if (replayChanged == null || replayChanged.state === 'RUNNING') continue;
    if (replayChanged.reportId !== null) return replayChanged.reportId;
    throw new Error(`The rebuild made no report: ${JSON.stringify(replayChanged)}`);
  }
  throw new Error('The rebuild was never over');
}

class ShopLife {
  private readonly guest: Shopper;

  constructor(
    private readonly service: ServiceProcess,
    private readonly admin: Shopper,
    private readonly cleanup: Cleanup,
  ) {
    this.guest = new Shopper(service);
  }

  async live(): Promise<LivedThrough> {
    await this.listProducts();
    await this.defineTerms();
    const webhookId = await this.registerWebhooks();
    const orders = await this.sell();
    const cart = await this.fill({ '85123A': 6, '71053': 2, [longSku]: 1 });
    await this.deliver(cart);
    await this.changeOften(cart);
    await this.park();
    await this.lookAt(orders.paid);
    return { cart, orders, webhookId };
  }

  private async listProducts(): Promise<void> {
    const { admin } = this;
    const sku = longSku;
    const description = 'Cast brass, polished by hand, for ships of any length.';
    await admin.ask(documents.ListProductDocument, {
      input: { sku, name: longName, price: money(2_234_567_89), description, tags: ['brass'] },
    });
    const lower = { sku, price: money(1_234_567_89) };
    await admin.ask(documents.ChangeProductPriceDocument, { input: lower });
    const planned = { sku, price: money(99_99), holdsFrom: '2099-01-01T00:00:00Z' };
    await admin.ask(documents.ChangeProductPriceDocument, { input: planned });
    await admin.ask(documents.ReceiveStockDocument, { input: { sku, quantity: 50 } });
    const gone = { sku: 'WITHDRAWN', name: 'No longer on sale', price: money(1_00) };
    await admin.ask(documents.ListProductDocument, { input: gone });
    await admin.ask(documents.DelistProductDocument, { input: { sku: gone.sku } });
  }

  /** Coupons, taxes and shipping, also such as hold no longer. */
  private async defineTerms(): Promise<void> {
    const { admin } = this;
    await admin.ask(documents.DefineCouponDocument, {
      input: {
        ...{ code: 'A-CODE-OF-THE-GREATEST-LENGTH-ALLOWED-40', description: longName },
        ...{ percentageBasisPoints: 1_250, usageLimit: 1_000, perCustomerLimit: 2 },
        ...{ validUntil: '2099-12-31T23:59:59Z', minimumSpend: money(10_00) },
      },
    });
    const code = 'WITHDRAWN';
    await admin.ask(documents.DefineCouponDocument, {
      input: { code, description: 'No longer given', amount: money(5_00) },
    });
    await admin.ask(documents.WithdrawCouponDocument, { input: { code } });
    const vat = { country: 'GB', name: 'VAT', pricesIncludeTax: true };
    for (const [ratePartsPerMillion, holdsFrom] of [
      [175_000, '2010-01-01T00:00:00Z'],
      [200_000, '2011-01-04T00:00:00Z'],
    ] as const) {
      await admin.ask(documents.DefineTaxRuleDocument, {
        input: { ...vat, ratePartsPerMillion, holdsFrom },
      });
    }
    const post = { code: 'POST', name: 'By post, in two working days', countries: ['GB'] };
    await admin.ask(documents.DefineShippingMethodDocument, {
      input: { ...post, prices: [{ price: money(4_95), freeFrom: 50_00 }] },
    });
    await admin.ask(documents.DefineShippingMethodDocument, {
      input: { code: 'WORLD', name: 'To anywhere in the world', prices: [{ price: money(24_00) }] },
    });
  }

  /** One that takes what it gets, and one that refuses it. */
  private async registerWebhooks(): Promise<string> {
    const eventTypes = ['OrderPlaced', 'OrderShipped', 'ProductDelisted'] as const;
    const taking = await receive(this.cleanup);
    const refusing = await receive(this.cleanup, (response) => response.writeHead(503).end());
    const register = async (url: string) => {
      const input = { url, eventTypes: [...eventTypes] };
      const { registerWebhook } = await this.admin.ask(documents.RegisterWebhookDocument, {
        input,
      });
      return registerWebhook.webhook!.id;
    };
    const webhookId = await register(taking.url);
    await register(`${refusing.url}/${'a-long-path/'.repeat(12)}`);
    return webhookId;
  }

  private async sell(): Promise<LivedThrough['orders']> {
    const { admin } = this;
    const paid = await this.order('tok_ok');
    const shipped = await this.order('tok_ok');
    const carrier = 'A carrier';
    const { orderId } = shipped;
    await admin.ask(documents.ShipOrderDocument, { input: { orderId, carrier } });
    const refunded = await this.order('tok_ok');
    const some = { orderId: refunded.orderId, amount: 1_00, reason: 'One came broken' };
    await admin.ask(documents.RefundOrderDocument, { input: some });
    const cancelled = await this.order('tok_ok');
    const all = { orderId: cancelled.orderId, reason: 'The customer asked for it' };
    await admin.ask(documents.CancelOrderDocument, { input: all });
    const declined = await this.order('tok_declined', 'CANCELLED');
    return { paid, shipped, refunded, cancelled, declined };
  }

  /** Placed by a guest, with a way of delivery; resolves when it is as far as that. */
  private async order(
    paymentToken: string,
    until: 'PAID' | 'CANCELLED' = 'PAID',
  ): Promise<PlacedOrder> {
    const cart = await this.fill({ '85123A': 4, [longSku]: 1 });
    const total = await this.deliver(cart);
    const holder = this.guest.holding(cart.cartToken);
    const { checkout } = await holder.ask(documents.CheckoutDocument, {
      input: { cartId: cart.cartId, expectedTotal: total, email, paymentToken },
    });
    if (checkout.order == null) throw new Error(JSON.stringify(checkout.rejection));
    const orderId = checkout.order.id;
    const changes = holder.subscribe(documents.OrderPageChangedDocument, { orderId });
    for await (const { orderChanged } of changes) {
      if (orderChanged.status === until) return { ...cart, orderId };
    }
    throw new Error(`Order ${orderId} was never ${until}`);
  }

  private async fill(units: Readonly<Record<string, number>>): Promise<OpenedCart> {
    const { cartId, cartToken, shopper } = await this.guest.open();
    for (const [sku, quantity] of Object.entries(units)) {
      await shopper.ask(documents.AddItemDocument, { input: { cartId, sku, quantity } });
    }
    await shopper.ask(documents.ApplyCouponDocument, { input: { cartId, code: 'WELCOME10' } });
    return { cartId, cartToken };
  }

  /** Answers the cart's total, in minor units. */
  private async deliver({ cartId, cartToken }: OpenedCart): Promise<number> {
    const holder = this.guest.holding(cartToken);
    const address = { name: 'Wilhelmina', lines: ['1 Quay'], city: 'Bath', postalCode: 'BA1 1AA' };
    await holder.ask(documents.SetShippingAddressDocument, {
      input: { cartId, email, address, place: { country: 'GB' } },
    });
    const { chooseShippingMethod } = await holder.ask(documents.ChooseShippingMethodDocument, {
      input: { cartId, code: 'POST' },
    });
    return chooseShippingMethod.cart!.totals.total.minorUnits;
  }

  private async changeOften({ cartId, cartToken }: OpenedCart): Promise<void> {
    const holder = this.guest.holding(cartToken);
    for (const quantity of [9, 3, 12, 5, 6, 24, 1, 8]) {
      await holder.ask(documents.ChangeQuantityDocument, {
        input: { cartId, sku: '85123A', quantity },
      });
    }
    await holder.ask(documents.RemoveItemDocument, { input: { cartId, sku: '71053' } });
  }

  /** Another program writes a checkout that nobody can read: it waits for an operator. */
  private async park(): Promise<void> {
    const client = EventStoreDBClient.connectionString(await this.service.connectionString());
    const event = jsonEvent({ type: 'CartCheckedOut', data: { of: 'another program' } });
    await client.appendToStream(`cart-${randomUUID()}`, event);
    await client.dispose();
  }

  /** Support looks at somebody's order, which is recorded. */
  private async lookAt({ orderId, cartId }: PlacedOrder): Promise<void> {
    const reason = { 'x-access-reason': 'Ticket 4711, the second call about the same parcel' };
    const support = await Shopper.signedIn(this.service, 'support', 'sam', reason);
    await support.ask(documents.OrderForStaffDocument, { orderId });
    await support.ask(documents.CartForStaffDocument, { cartId });
  }
}
