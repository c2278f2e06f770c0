// What an instance answers to an intent: by the resolvers of the API, without GraphQL's text.
import { verifyLog } from '../../src/audit/verify-log.js';
import { factsOf } from '../../src/errors/catalogue.js';
import { reasonOf } from '../../src/errors/reason-of.js';
import { noSnapshots } from '../../src/folds/snapshots/snapshots.js';
import { ApiError } from '../../src/graphql/api-error.js';
import { ShownCart, ShownCartAsOf } from '../../src/graphql/cart-view.js';
import type { RequestContext } from '../../src/graphql/context.js';
import { CartHistoryQueries } from '../../src/graphql/resolvers/cart-history-queries.js';
import { CartChanges } from '../../src/graphql/resolvers/cart-changes.js';
import { CartMutations } from '../../src/graphql/resolvers/cart-mutations.js';
import { CartQueries } from '../../src/graphql/resolvers/cart-queries.js';
import { CartsOfCustomer } from '../../src/graphql/resolvers/customers-carts.js';
import { CatalogueAdmin } from '../../src/graphql/resolvers/catalogue-admin.js';
import { OrderDesk } from '../../src/graphql/resolvers/order-desk.js';
import { Staff } from '../../src/graphql/resolvers/staff.js';
import { StockAdmin } from '../../src/graphql/resolvers/stock-admin.js';
import type { ApiServices } from '../../src/graphql/services.js';
import type { StandingCart } from '../../src/graphql/types/payloads.js';
import type { Order } from '../../src/graphql/types/order-types.js';
import type { RejectionType } from '../../src/graphql/types/rejections.js';
import { ReplaySession } from '../../src/replay/replay-session.js';
import { couponInput, productInput } from './catalogue-input.js';
import type {
  AcceptedReply,
  CartReply,
  ChangeCart,
  ChangeCatalogue,
  ChangeOrder,
  ClaimGuestsCart,
  DoneReply,
  FailedReply,
  Operate,
  QueryCart,
  ReadPast,
  RefusedReply,
} from './history.js';
import { pricing, projections, type Running } from './running.js';
import { admin, contextOf, guest, shopper, support } from './principals.js';
import { changedTerms, sentElsewhere } from './terms-answers.js';
import { type SeenCart, seenCartOf, type SeenOrder } from './seen-cart.js';

const mutations = new CartMutations();
const changes = new CartChanges();
const ofCustomers = new CartsOfCustomer();
const queries = new CartQueries();
const pastQueries = new CartHistoryQueries();
const staff = new Staff();
const catalogueAdmin = new CatalogueAdmin();
const stockAdmin = new StockAdmin();
const orderDesk = new OrderDesk();

type CommandAnswer = AcceptedReply | RefusedReply;

export async function changedCart(
  services: ApiServices,
  { cartId, change, commandId, expectedRevision, cartToken, customerId }: ChangeCart,
): Promise<CommandAnswer> {
  const context = contextOf(services, shopper(cartToken, customerId));
  const key = commandId === undefined ? {} : { commandId };
  if (change.type === 'OpenCart') {
    return answered(await mutations.openCart(context, { currency: change.currency, ...key }));
  }
  const { type, ...rest } = change;
  const revision = expectedRevision === undefined ? {} : { expectedRevision };
  const input = { cartId: cartId ?? '', ...rest, ...key, ...revision };
  switch (type) {
    case 'AddItem':
      return answered(await mutations.addItem(context, input as never));
    case 'AddItems':
      return answered(await changes.addItems(context, input as never));
    case 'ChangeQuantity':
      return answered(await mutations.changeQuantity(context, input as never));
    case 'RemoveItem':
      return answered(await mutations.removeItem(context, input as never));
    case 'ApplyCoupon':
      return answered(await mutations.applyCoupon(context, input as never));
    case 'RemoveCoupon':
      return answered(await mutations.removeCoupon(context, input as never));
    case 'SetShippingAddress':
    case 'ChooseShippingMethod':
      return answered(await sentElsewhere(context, change, input));
    case 'CheckOut': {
      const paying = { paymentToken: 'tok_simulated', ...input };
      return answered(await mutations.checkout(context, paying as never));
    }
  }
}

export async function claimedCart(
  services: ApiServices,
  { cartId, cartToken, customerId, strategy, commandId }: ClaimGuestsCart,
): Promise<CommandAnswer> {
  const context = contextOf(services, shopper(cartToken, customerId));
  return answered(await ofCustomers.claimCart(context, { cartId, strategy, commandId } as never));
}

interface Payload {
  readonly cart: StandingCart;
  readonly rejection: RejectionType | null;
  readonly cartToken?: string | null;
  readonly order?: Order | null;
}

async function answered(payload: Payload): Promise<CommandAnswer> {
  const { rejection, cartToken = null, order = null } = payload;
  const cart = seenOf(await payload.cart);
  if (rejection === null) {
    return { kind: 'accepted', cart, order: order && seenOrder(order), cartToken };
  }
  const { code } = rejection;
  return {
    ...{ kind: 'refused', code, cart },
    ...('currentTotal' in rejection && { currentTotal: Number(rejection.currentTotal) }),
    ...('currentRevision' in rejection && { currentRevision: Number(rejection.currentRevision) }),
  };
}

/** Resolvers answer with the cart that still knows its state. */
function seenOf(cart: unknown): SeenCart | null {
  if (cart === null) return null;
  if (cart instanceof ShownCart || cart instanceof ShownCartAsOf) return seenCartOf(cart.priced());
  throw new TypeError('A resolver answered with another kind of cart');
}

function seenOrder({ id, cartId, revision, total }: Order): SeenOrder {
  return { id, cartId, revision, total: total.minorUnits };
}

export async function changedCatalogue(
  services: ApiServices,
  { change, commandId }: ChangeCatalogue,
): Promise<CommandAnswer> {
  const context = contextOf(services, admin);
  const key = commandId === undefined ? {} : { commandId };
  const { rejection } = await catalogueChange(context, change, key);
  return rejection === null
    ? { kind: 'accepted', cart: null, order: null, cartToken: null }
    : { kind: 'refused', code: rejection.code, cart: null };
}

function catalogueChange(
  context: RequestContext,
  change: ChangeCatalogue['change'],
  key: { readonly commandId?: string },
): Promise<{ readonly rejection: RejectionType | null }> {
  switch (change.type) {
    case 'ListProduct':
      return catalogueAdmin.listProduct(context, { ...productInput(change), ...key });
    case 'ChangeProductPrice': {
      const { sku, price } = productInput(change);
      return catalogueAdmin.changeProductPrice(context, { sku, price, ...key });
    }
    case 'DelistProduct':
      return catalogueAdmin.delistProduct(context, { sku: change.sku, ...key });
    case 'DefineCoupon': {
      const { code, description, terms } = couponInput(change);
      const { basisPoints: percentageBasisPoints } = change;
      const { validUntil } = terms;
      const { usageLimit } = terms;
      const limits = { validUntil, ...(usageLimit !== null && { usageLimit }) };
      const input = { code, description, percentageBasisPoints, ...limits, ...key };
      return staff.defineCoupon(context, input);
    }
    case 'WithdrawCoupon':
      return staff.withdrawCoupon(context, { code: change.code, ...key });
    case 'ReceiveStock': {
      const { sku, quantity } = change;
      return stockAdmin.receiveStock(context, { sku, quantity, ...key });
    }
    case 'AdjustStock': {
      const { sku, change: units } = change;
      return stockAdmin.adjustStock(context, { sku, change: units, reason: 'Broken', ...key });
    }
    case 'DefineTaxRule':
    case 'WithdrawTaxRule':
    case 'DefineShippingMethod':
    case 'WithdrawShippingMethod':
      return changedTerms(context, change, key);
    case 'CountStock': {
      const { sku, onHand } = change;
      return stockAdmin.adjustStock(context, { sku, onHand, reason: 'Counted', ...key });
    }
  }
}

export async function changedOrder(
  services: ApiServices,
  { orderId, change, commandId }: ChangeOrder,
): Promise<CommandAnswer> {
  const context = contextOf(services, admin);
  const about = { orderId, ...(commandId !== undefined && { commandId }) };
  const { order, rejection } = await orderChange(context, about, change);
  if (rejection !== null) return { kind: 'refused', code: rejection.code, cart: null };
  return { kind: 'accepted', cart: null, order: order && seenOrder(order), cartToken: null };
}

function orderChange(
  context: RequestContext,
  about: { readonly orderId: string; readonly commandId?: string },
  change: ChangeOrder['change'],
): Promise<{ readonly order: Order | null; readonly rejection: RejectionType | null }> {
  const reason = 'As agreed';
  switch (change.type) {
    case 'ShipOrder':
      return orderDesk.shipOrder(context, about);
    case 'CancelOrder':
      return orderDesk.cancelOrder(context, { ...about, reason });
    case 'RefundOrder': {
      const { amount } = change;
      return orderDesk.refundOrder(context, { ...about, reason, amount });
    }
  }
}

export async function currentCart(
  services: ApiServices,
  { cartId, cartToken, minRevision, customerId }: QueryCart,
): Promise<CartReply> {
  const context = contextOf(services, shopper(cartToken, customerId));
  const cart = await queries.cart(context, cartId, minRevision ?? null);
  return { kind: 'cart', cart: seenOf(cart) };
}

export async function pastCart(
  services: ApiServices,
  { cartId, cartToken, at }: ReadPast,
): Promise<CartReply> {
  const principal = cartToken === undefined ? support : guest(cartToken);
  const context = contextOf(services, principal);
  const cart =
    'revision' in at
      ? await pastQueries.cartAtRevision(context, cartId, at.revision)
      : await pastQueries.cartAt(context, cartId, at.instant);
  return { kind: 'cart', cart: seenOf(cart) };
}

export async function operated(
  running: Running,
  { operation, names, isFresh = false }: Operate,
): Promise<DoneReply> {
  const { events: store, time } = running;
  if (operation === 'verify') return verified(running);
  const rows = running.openRows();
  const session = new ReplaySession({
    ...{ rows, pricing, time, onError: 'stop' },
    openSnapshot: () => running.openSnapshot(),
    withLog: (work) => work({ store, bulkReader: store }),
  });
  if (operation === 'roll back') {
    return done(await session.rollBack({ names, isStaleAccepted: false }));
  }
  const choice = { names, isFresh, isReportAsked: false, keep: 1, isThrottled: false };
  return done(
    operation === 'rebuild'
      ? await session.rebuild(choice)
      : await session.promote({ ...choice, isDriftAccepted: false }),
  );
}

/** Rows of one moment, which the log is then read beyond. */
async function verified(running: Running): Promise<DoneReply> {
  const rows = await running.openSnapshot();
  try {
    const snapshots = { ...noSnapshots, streams: () => [] };
    const { events, time } = running;
    const parts = { rows, snapshots, projections, publicKey: undefined, time };
    const { differences } = await verifyLog(events, parts);
    return { kind: 'done', outcome: 'verified', differences };
  } finally {
    await rows.close();
  }
}

function done(outcome: { readonly kind: string; readonly reason?: string }): DoneReply {
  const { kind, reason } = outcome;
  return { kind: 'done', outcome: reason === undefined ? kind : `${kind}: ${reason}` };
}

/** As an operator's command tells a fault: one that is foreseen may be over later. */
export function operationFailedBy(error: unknown): FailedReply {
  const facts = factsOf(error);
  if (facts === undefined) return failedBy(error);
  return { kind: 'failed', code: 'SERVICE_UNAVAILABLE', words: reasonOf(error) };
}

/** As the API tells a fault. */
export function failedBy(error: unknown): FailedReply {
  const code =
    error instanceof ApiError ? error.code : (factsOf(error)?.api?.code ?? 'INTERNAL_SERVER_ERROR');
  return { kind: 'failed', code, words: reasonOf(error) };
}
