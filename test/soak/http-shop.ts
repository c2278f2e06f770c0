// The shop as clients outside reach it: over HTTP and websockets, by the typed documents of the
// schema, as a guest with a cart's token or as one of the staff.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import * as documents from '../../schema/generated/graphql.js';
import { reasonOf } from '../../src/errors/reason-of.js';
import { mintToken, type Role } from '../../src/tokens/sign-in.js';
import { withTimeout } from '../../src/waiting/with-timeout.js';
import { type Answer, Shopper } from '../flow/shopper.js';
import { couponInput, productInput } from '../simulator/catalogue-input.js';
import {
  type CartReply,
  type ChangeCart,
  type ChangeCatalogue,
  type FailedReply,
  LOST,
  type PushReply,
  type QueryCart,
  type ReadPast,
  type WatchCart,
} from '../simulator/history.js';
import type { SeenCart } from '../simulator/seen-cart.js';
import type { CommandReply, ShopPort } from '../simulator/shop-port.js';
import {
  type CartPayload,
  type RejectionShown,
  seenCart,
  seenOrder,
  seenPast,
} from './seen-over-http.js';
import { subscribeToCart } from './socket.js';

export interface HttpInstance {
  readonly graphqlUrl: string;
  readonly websocketUrl: string;
  /** Where the key lies by which it believes who signed in. */
  readonly dataDir: string;
}

/** A client that hears nothing for so long gives up. */
const PATIENCE_MS = 20_000;
const LAGGING: ReadonlySet<string> = new Set(['CATCHING_UP', 'STOPPED']);
const TTL_SECONDS = 15 * 60;
/** A token is used for so long, and then another one is made. */
const TOKEN_MS = 10 * 60_000;

export interface HttpShopOptions extends Pick<ShopPort, 'instances' | 'operate' | 'writeForeign'> {
  readonly instanceOf: (name: string) => HttpInstance;
}

export class HttpShop implements ShopPort {
  readonly instances: readonly string[];
  readonly operate: ShopPort['operate'];
  readonly writeForeign: ShopPort['writeForeign'];
  private readonly instanceOf: HttpShopOptions['instanceOf'];
  private readonly tokens = new Map<string, { readonly token: string; readonly until: number }>();

  /** What clients cannot do over HTTP is handed in. */
  constructor({ instances, operate, writeForeign, instanceOf }: HttpShopOptions) {
    this.instances = instances;
    this.operate = operate;
    this.writeForeign = writeForeign;
    this.instanceOf = instanceOf;
  }

  changeCart(intent: ChangeCart): Promise<CommandReply> {
    const { change, cartId, commandId, expectedRevision } = intent;
    const shopper = this.guest(intent.instance, intent.cartToken);
    const key = commandId === undefined ? {} : { commandId };
    const input = {
      cartId: cartId ?? '',
      ...key,
      ...(expectedRevision !== undefined && { expectedRevision }),
    };
    switch (change.type) {
      case 'OpenCart': {
        const { currency } = change;
        return command(shopper, documents.OpenCartDocument, { input: { currency, ...key } });
      }
      case 'AddItem': {
        const { sku, quantity } = change;
        return command(shopper, documents.AddItemDocument, { input: { ...input, sku, quantity } });
      }
      case 'ChangeQuantity': {
        const { sku, quantity } = change;
        const variables = { input: { ...input, sku, quantity } };
        return command(shopper, documents.ChangeQuantityDocument, variables);
      }
      case 'RemoveItem': {
        const { sku } = change;
        return command(shopper, documents.RemoveItemDocument, { input: { ...input, sku } });
      }
      case 'ApplyCoupon': {
        const { code } = change;
        return command(shopper, documents.ApplyCouponDocument, { input: { ...input, code } });
      }
      case 'RemoveCoupon': {
        const { code } = change;
        return command(shopper, documents.RemoveCouponDocument, { input: { ...input, code } });
      }
      case 'AddItems':
        return Promise.resolve(lost('nobody buys in bulk in a soak'));
      case 'SetShippingAddress':
      case 'ChooseShippingMethod':
        return Promise.resolve(lost('nothing is sent anywhere in a soak'));
      case 'CheckOut': {
        const { expectedTotal, email } = change;
        const paying = { ...input, expectedTotal, email, paymentToken: 'tok_ok' };
        return command(shopper, documents.CheckoutDocument, { input: paying });
      }
    }
  }

  claimCart(): Promise<FailedReply> {
    return Promise.resolve(lost('nobody signs in in a soak'));
  }

  async changeCatalogue({ instance, change, commandId }: ChangeCatalogue): Promise<CommandReply> {
    const admin = await this.staff(instance, 'admin');
    const key = commandId === undefined ? {} : { commandId };
    switch (change.type) {
      case 'ListProduct': {
        const input = { ...productInput(change), ...key };
        return command(admin, documents.ListProductDocument, { input });
      }
      case 'ChangeProductPrice': {
        const { sku, price } = productInput(change);
        const variables = { input: { sku, price, ...key } };
        return command(admin, documents.ChangeProductPriceDocument, variables);
      }
      case 'DelistProduct': {
        const { sku } = change;
        return command(admin, documents.DelistProductDocument, { input: { sku, ...key } });
      }
      case 'DefineCoupon': {
        const { code, basisPoints, validUntil } = change;
        const { description } = couponInput(change);
        const until = validUntil === null ? {} : { validUntil: new Date(validUntil).toISOString() };
        const terms = { percentageBasisPoints: basisPoints, ...until };
        const input = { code, description, ...terms, ...key };
        return command(admin, documents.DefineCouponDocument, { input });
      }
      case 'WithdrawCoupon': {
        const { code } = change;
        return command(admin, documents.WithdrawCouponDocument, { input: { code, ...key } });
      }
      default:
        return lost('nobody counts units in a soak; soak:orders does');
    }
  }

  changeOrder(): Promise<FailedReply> {
    return Promise.resolve(lost('nobody sees to orders in a soak; soak:orders does'));
  }

  erasePeople(): Promise<FailedReply> {
    return Promise.resolve(lost('nobody is erased in a soak'));
  }

  async queryCart(intent: QueryCart): Promise<CartReply | FailedReply> {
    const { instance, cartToken, cartId, minRevision } = intent;
    const least = minRevision === undefined ? {} : { minRevision };
    const answer = await answerOf(this.guest(instance, cartToken), documents.CartDocument, {
      cartId,
      ...least,
    });
    return cartReply(answer, ({ cart }) => cart && seenCart(cart.id, cart));
  }

  async readPast({ instance, cartToken, cartId, at }: ReadPast): Promise<CartReply | FailedReply> {
    const reader =
      cartToken === undefined
        ? await this.staff(instance, 'support')
        : this.guest(instance, cartToken);
    if ('revision' in at) {
      const variables = { cartId, revision: at.revision };
      const answer = await answerOf(reader, documents.CartAtRevisionDocument, variables);
      return cartReply(answer, (data) => data.cartAtRevision && seenPast(data.cartAtRevision));
    }
    const variables = { cartId, timestamp: new Date(at.instant).toISOString() };
    const answer = await answerOf(reader, documents.CartAtDocument, variables);
    return cartReply(answer, (data) => data.cartAt && seenPast(data.cartAt));
  }

  watchCart(
    { instance, cartId, cartToken, afterRevision }: WatchCart,
    onReply: (reply: PushReply | FailedReply) => void,
  ): () => void {
    const { websocketUrl } = this.instanceOf(instance);
    return subscribeToCart(websocketUrl, { cartId, cartToken, afterRevision }, onReply);
  }

  /** The order that a cart became; null while it has none. */
  async orderOf(instance: string, orderId: string): Promise<string | null> {
    const admin = await this.staff(instance, 'admin');
    const answer = await answerOf(admin, documents.OrderDocument, { orderId });
    return 'kind' in answer ? null : (answer.data?.order?.id ?? null);
  }

  /**
   * Names of read models that are behind the log, or stopped; undefined when it cannot be told. One
   * that is being rebuilt is served as it was, and a replay that was cut short stays so.
   */
  async laggingAt(instance: string): Promise<readonly string[] | undefined> {
    const admin = await this.staff(instance, 'admin');
    const answer = await answerOf(admin, documents.ProjectionsDocument, {});
    if ('kind' in answer || answer.data == null) return undefined;
    return answer.data.projections
      .filter(({ state, lagEvents }) => LAGGING.has(state) || lagEvents > 0)
      .map(({ name }) => name);
  }

  private guest(instance: string, cartToken: string | undefined): Shopper {
    const shopper = new Shopper(this.instanceOf(instance));
    return cartToken === undefined ? shopper : shopper.holding(cartToken);
  }

  private async staff(instance: string, role: Role): Promise<Shopper> {
    const { dataDir } = this.instanceOf(instance);
    const key = `${instance}/${role}`;
    let known = this.tokens.get(key);
    if (known === undefined || known.until < performance.now()) {
      const settings = { dataDir, issuer: 'cartograph', audience: 'cartograph' };
      const signIn = { subject: role, role, ttlSeconds: TTL_SECONDS };
      const token = await mintToken(settings, signIn);
      known = { token, until: performance.now() + TOKEN_MS };
      this.tokens.set(key, known);
    }
    const authorization = `Bearer ${known.token}`;
    return new Shopper(this.instanceOf(instance), { authorization, 'x-access-reason': 'soak' });
  }
}

function lost(words: string): FailedReply {
  return { kind: 'failed', code: LOST, words };
}

async function answerOf<Result, Variables>(
  shopper: Shopper,
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Answer<Result> | FailedReply> {
  try {
    const late = () => new Error(`no answer in ${PATIENCE_MS} ms`);
    return await withTimeout(shopper.answer(document, variables), PATIENCE_MS, late);
  } catch (error) {
    return lost(reasonOf(error));
  }
}

function failed({ errors = [] }: Answer<unknown>): FailedReply | undefined {
  const [first] = errors;
  if (first === undefined) return undefined;
  return { kind: 'failed', code: first.extensions.code, words: first.message };
}

function cartReply<Result>(
  answer: Answer<Result> | FailedReply,
  cartIn: (data: Result) => SeenCart | null,
): CartReply | FailedReply {
  if ('kind' in answer) return answer;
  const failure = failed(answer);
  if (failure !== undefined) return failure;
  if (answer.data == null) return lost('an answer without data');
  return { kind: 'cart', cart: cartIn(answer.data) };
}

async function command<Result, Variables>(
  shopper: Shopper,
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<CommandReply> {
  const answer = await answerOf(shopper, document, variables);
  if ('kind' in answer) return answer;
  const [payload] = Object.values<CartPayload | null | undefined>(answer.data ?? {});
  if (payload == null) return failed(answer) ?? lost('an answer without data');
  const { rejection } = payload;
  const cart = payload.cart == null ? null : seenCart(payload.cart.id, payload.cart);
  if (rejection != null) return { kind: 'refused', ...facts(rejection), cart };
  const failure = failed(answer);
  if (failure !== undefined) return failure;
  const order = payload.order == null ? null : seenOrder(payload.order);
  return { kind: 'accepted', cart, order, cartToken: payload.cartToken ?? null };
}

function facts({ code, currentTotal, currentRevision }: RejectionShown): RejectionShown {
  return {
    code,
    ...(currentTotal !== undefined && { currentTotal }),
    ...(currentRevision !== undefined && { currentRevision }),
  };
}
