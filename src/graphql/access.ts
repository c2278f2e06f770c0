// Applies the policy to carts and orders. A forbidden one gets exactly the answer of an absent one,
// and each access by staff is logged before the response.
import { ownerOf } from '../commands/owner.js';
import type { CartState, ExistingCartState } from '../domain/cart/state.js';
import type { OrderState } from '../domain/order/state.js';
import { forbidden, notFound } from './api-error.js';
import type { RequestContext } from './context.js';
import {
  allows,
  type CustomerAction,
  isStaff,
  type OpenAction,
  type Owned,
  owns,
  type StaffAction,
} from './policy.js';

/** @throws ApiError FORBIDDEN */
export function demand(
  { principal }: RequestContext,
  action: OpenAction | StaffAction | CustomerAction,
): void {
  if (!allows(principal, action)) throw forbidden();
}

/**
 * Whether the cart exists and the caller may read it. It runs before any other read of the cart, so
 * that an absent cart and another customer's cart cost the same.
 *
 * @throws ApiError FORBIDDEN when support gives no reason
 */
export async function mayRead(context: RequestContext, cartId: string): Promise<boolean> {
  const { principal, services } = context;
  demandReason(context);
  return services.ownership.ofCart(cartId, (owner) => allows(principal, 'cart:read', owner));
}

/** As `mayRead`. @throws ApiError NOT_FOUND */
export async function demandMayRead(context: RequestContext, cartId: string): Promise<void> {
  if (!(await mayRead(context, cartId))) throw notFound('cart');
}

/** As `mayRead`, for an order: it has the owner of its cart. */
export async function mayReadOrder(context: RequestContext, orderId: string): Promise<boolean> {
  const { principal, services } = context;
  demandReason(context);
  return services.ownership.ofOrder(orderId, (owner) => allows(principal, 'order:read', owner));
}

/**
 * The cart if the caller may read it; null when it is absent or another customer's.
 *
 * @throws ApiError FORBIDDEN when support gives no reason
 */
export async function readable(
  context: RequestContext,
  state: CartState | null,
): Promise<ExistingCartState | null> {
  demandReason(context);
  if (state === null || state.status === 'ABSENT') return null;
  if (!allows(context.principal, 'cart:read', state)) return null;
  await recordLook(context, state.id, state);
  return state;
}

/**
 * A past state of a cart that the caller may read, by `mayRead`. Who owned it then does not count:
 * a claim gives the customer the guest's history too.
 */
export async function readablePast(
  context: RequestContext,
  state: ExistingCartState | null,
): Promise<ExistingCartState | null> {
  // Staff may hold the secret of a cart of their own.
  if (state !== null) await recordLook(context, state.id, state);
  return state;
}

/**
 * As `readable`, for results that must have a cart.
 *
 * @throws ApiError NOT_FOUND
 */
export async function demandReadable(
  context: RequestContext,
  state: CartState | null,
): Promise<ExistingCartState> {
  const cart = await readable(context, state);
  if (cart === null) throw notFound('cart');
  return cart;
}

/**
 * Whether the cart exists and the caller may change it. It runs before any other check of a
 * command, even of its expectedRevision, which would reveal that the cart exists.
 *
 * @throws ApiError FORBIDDEN for staff, who may read but not change
 */
export async function mayChange(context: RequestContext, cartId: string): Promise<boolean> {
  const { principal, services } = context;
  const may = await services.ownership.ofCart(cartId, (owner) =>
    allows(principal, 'cart:change', owner),
  );
  if (!may && (principal.kind === 'support' || principal.kind === 'admin')) throw forbidden();
  return may;
}

/** The order if the caller may read it, or null. An order has the owner of its cart. */
export async function readableOrder(
  context: RequestContext,
  order: OrderState | null,
): Promise<OrderState | null> {
  const { principal, services } = context;
  demandReason(context);
  if (order?.id == null) return null;
  const owned = ownerOf(await services.carts.state(order.cartId));
  if (!allows(principal, 'order:read', owned)) return null;
  await recordLook(context, order.cartId, owned);
  return order;
}

/**
 * Records that staff look at a cart, or at its order, unless it is their own.
 *
 * @throws StoreUnavailableError
 */
export async function recordLook(
  { principal, services }: RequestContext,
  cartId: string,
  owned: Owned,
): Promise<void> {
  if (!isStaff(principal) || owns(principal, owned)) return;
  const { kind, subject = '', accessReason = '' } = principal;
  await services.accessLog.record(cartId, { kind, subject, reason: accessReason });
}

/** @throws ApiError FORBIDDEN when support gives no reason */
export function demandReason(context: RequestContext): void {
  if (context.principal.kind === 'support') demandStatedReason(context);
}

/** @throws ApiError FORBIDDEN to support and admins alike without a reason */
export function demandStatedReason({ principal }: RequestContext): void {
  if (principal.accessReason === undefined) {
    throw forbidden('Send a reason in x-access-reason (accessReason in connection_init).');
  }
}
