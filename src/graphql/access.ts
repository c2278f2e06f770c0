// Policy applied to carts and orders: a denied one answers exactly as an absent one, and each look
// that support takes is recorded before it is answered.
import { ownerOf } from '../commands/ownership.js';
import type { CartState, ExistingCartState } from '../domain/cart/state.js';
import type { OrderState } from '../domain/order/state.js';
import { forbidden, notFound } from './api-error.js';
import type { RequestContext } from './context.js';
import { allows, owns, type OpenAction, type StaffAction } from './policy.js';

/** @throws ApiError FORBIDDEN */
export function demand({ principal }: RequestContext, action: OpenAction | StaffAction): void {
  if (!allows(principal, action)) throw forbidden();
}

/**
 * Whether there is such a cart and the caller may read it: asked before anything else of the cart
 * is looked at, so that an absent one and somebody else's cost the same.
 * @throws ApiError FORBIDDEN when support gives no reason.
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

/** As `mayRead`, for an order: it belongs to whom its cart belongs to. */
export async function mayReadOrder(context: RequestContext, orderId: string): Promise<boolean> {
  const { principal, services } = context;
  demandReason(context);
  return services.ownership.ofOrder(orderId, (owner) => allows(principal, 'order:read', owner));
}

/**
 * The cart when the caller may read it; null when it is absent or somebody else's.
 * @throws ApiError FORBIDDEN when support gives no reason.
 */
export async function readable(
  context: RequestContext,
  state: CartState | null,
): Promise<ExistingCartState | null> {
  const { principal, services } = context;
  demandReason(context);
  if (state === null || state.status === 'ABSENT') return null;
  if (!allows(principal, 'cart:read', state)) return null;
  if (principal.kind === 'support' && !owns(principal, state)) {
    const { subject = '', accessReason = '' } = principal;
    await services.accessLog.record(state.id, { subject, reason: accessReason });
  }
  return state;
}

/** As `readable`, where an answer must have a cart. @throws ApiError NOT_FOUND */
export async function demandReadable(
  context: RequestContext,
  state: CartState | null,
): Promise<ExistingCartState> {
  const cart = await readable(context, state);
  if (cart === null) throw notFound('cart');
  return cart;
}

/**
 * Whether there is such a cart and the caller may change it. Nothing else of a command is looked at
 * before: not even its expectedRevision, which would tell an absent cart from somebody else's.
 * @throws ApiError FORBIDDEN for staff, who may look but not touch.
 */
export async function mayChange(context: RequestContext, cartId: string): Promise<boolean> {
  const { principal, services } = context;
  const may = await services.ownership.ofCart(cartId, (owner) =>
    allows(principal, 'cart:change', owner),
  );
  if (!may && (principal.kind === 'support' || principal.kind === 'admin')) throw forbidden();
  return may;
}

/** The order when the caller may read it, or null. An order belongs to whom its cart belongs to. */
export async function readableOrder(
  context: RequestContext,
  order: OrderState | null,
): Promise<OrderState | null> {
  const { principal, services } = context;
  demandReason(context);
  if (order?.id == null) return null;
  const owned = ownerOf(await services.carts.state(order.cartId));
  if (!allows(principal, 'order:read', owned)) return null;
  if (principal.kind === 'support' && !owns(principal, owned)) {
    const { subject = '', accessReason = '' } = principal;
    await services.accessLog.record(order.cartId, { subject, reason: accessReason });
  }
  return order;
}

function demandReason({ principal }: RequestContext): void {
  if (principal.kind === 'support' && principal.accessReason === undefined) {
    throw forbidden('Say why in x-access-reason (accessReason in connection_init).');
  }
}
