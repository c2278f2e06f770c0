// The access rules: one function for commands, queries and subscriptions, over HTTP and websocket
// alike. Everything that no rule allows is denied.
import type { Role } from '../tokens/sign-in.js';

export interface Principal {
  readonly kind: 'guest' | Role;
  /** The signed-in user; undefined for a guest. */
  readonly subject?: string;
  /** SHA-256, in hexadecimal, of each guest secret in the request. */
  readonly cartTokenHashes: readonly string[];
  /** When the sign-in expires, in milliseconds since 1970. */
  readonly expiresAt?: number;
  /** Why support or an admin looks at carts of others; logged with each access. */
  readonly accessReason?: string;
}

/** The owner of a cart or an order. */
export interface Owned {
  readonly customerId: string | null;
  readonly tokenHash: string | null;
}

export type CartAction = 'cart:read' | 'cart:change' | 'cart:claim' | 'order:read';
export type StaffAction =
  | 'carts:list'
  | 'events:read'
  | 'orders:list'
  | 'orders:change'
  | 'catalogue:change'
  | 'catalogue:read'
  | 'coupons:change'
  | 'coupons:read'
  | 'stock:change'
  | 'stock:read'
  | 'tax:change'
  | 'tax:read'
  | 'shipping:change'
  | 'shipping:read'
  | 'revenue:read'
  | 'projections:read'
  | 'projections:change'
  | 'reactions:read'
  | 'reactions:replay'
  | 'webhooks:read'
  | 'webhooks:manage'
  | 'accesses:read'
  | 'people:erase';
export type OpenAction = 'cart:open' | 'products:read';
/** What only a customer has. */
export type CustomerAction = 'carts:own';

const staffActions: Readonly<Record<StaffAction, readonly Principal['kind'][]>> = {
  'carts:list': ['support', 'admin'],
  'events:read': ['support', 'admin'],
  // A customer's list has only their own orders.
  'orders:list': ['customer', 'support', 'admin'],
  'orders:change': ['admin'],
  'catalogue:change': ['admin'],
  'catalogue:read': ['support', 'admin'],
  'coupons:change': ['admin'],
  'coupons:read': ['support', 'admin'],
  'stock:change': ['admin'],
  'stock:read': ['support', 'admin'],
  'tax:change': ['admin'],
  'tax:read': ['support', 'admin'],
  'shipping:change': ['admin'],
  'shipping:read': ['support', 'admin'],
  'revenue:read': ['support', 'admin'],
  'projections:read': ['support', 'admin'],
  'projections:change': ['admin'],
  'reactions:read': ['support', 'admin'],
  'reactions:replay': ['admin'],
  'webhooks:read': ['support', 'admin'],
  'webhooks:manage': ['admin'],
  'accesses:read': ['admin'],
  'people:erase': ['admin'],
};

const nonOwners: Readonly<Record<CartAction, readonly Principal['kind'][]>> = {
  'cart:read': ['support', 'admin'],
  'cart:change': [],
  'cart:claim': [],
  'order:read': ['support', 'admin'],
};

const openActions: readonly OpenAction[] = ['cart:open', 'products:read'];

export function allows(
  principal: Principal,
  action: OpenAction | StaffAction | CustomerAction,
): boolean;
export function allows(principal: Principal, action: CartAction, resource: Owned): boolean;
export function allows(
  principal: Principal,
  action: OpenAction | StaffAction | CustomerAction | CartAction,
  resource?: Owned,
): boolean {
  if (isIn(openActions, action)) return true;
  if (isKeyOf(staffActions, action)) return staffActions[action].includes(principal.kind);
  if (action === 'carts:own') return customerOf(principal) !== null;
  // The secret alone proves no customer, and a customer alone holds no secret.
  if (action === 'cart:claim' && customerOf(principal) === null) return false;
  if (!isKeyOf(nonOwners, action) || resource === undefined) return false;
  if (owns(principal, resource)) return true;
  return nonOwners[action].includes(principal.kind) && givesReason(principal, action);
}

/** Support is told so when it gives none; for an admin who gives none, the cart is not there. */
function givesReason({ kind, accessReason }: Principal, action: CartAction): boolean {
  return !(kind === 'admin' && action === 'cart:read' && accessReason === undefined);
}

/** Support and admins, whose looks at carts and orders of others are recorded. */
export function isStaff({ kind }: Principal): boolean {
  return kind === 'support' || kind === 'admin';
}

/** The owner is the holder of the cart's secret, or the customer who opened it. */
export function owns(principal: Principal, resource: Owned): boolean {
  if (resource.tokenHash !== null && principal.cartTokenHashes.includes(resource.tokenHash))
    return true;
  return (
    principal.kind === 'customer' &&
    resource.customerId !== null &&
    principal.subject === resource.customerId
  );
}

/** The customer who is signed in, as an owner of carts; null for everyone else. */
export function customerOf({ kind, subject }: Principal): string | null {
  return kind === 'customer' ? (subject ?? null) : null;
}

function isIn<Value extends string>(list: readonly Value[], value: string): value is Value {
  return list.some((each) => each === value);
}

function isKeyOf<Key extends string>(
  table: Readonly<Record<Key, unknown>>,
  key: string,
): key is Key {
  return Object.hasOwn(table, key);
}
