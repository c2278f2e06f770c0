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
  /** Support's reason to access a customer's cart; logged with each access. */
  readonly accessReason?: string;
}

/** The owner of a cart or an order. */
export interface Owned {
  readonly customerId: string | null;
  readonly tokenHash: string | null;
}

export type CartAction = 'cart:read' | 'cart:change' | 'order:read';
export type StaffAction =
  | 'catalogue:change'
  | 'coupons:change'
  | 'revenue:read'
  | 'projections:read'
  | 'reactions:read'
  | 'carts:suppose';
export type OpenAction = 'cart:open' | 'products:read';

const staffActions: Readonly<Record<StaffAction, readonly Principal['kind'][]>> = {
  'catalogue:change': ['admin'],
  'coupons:change': ['admin'],
  'revenue:read': ['admin'],
  'projections:read': ['admin'],
  'reactions:read': ['support', 'admin'],
  'carts:suppose': ['support'],
};

const nonOwners: Readonly<Record<CartAction, readonly Principal['kind'][]>> = {
  'cart:read': ['support'],
  'cart:change': [],
  'order:read': ['support', 'admin'],
};

const openActions: readonly OpenAction[] = ['cart:open', 'products:read'];

export function allows(principal: Principal, action: OpenAction | StaffAction): boolean;
export function allows(principal: Principal, action: CartAction, resource: Owned): boolean;
export function allows(
  principal: Principal,
  action: OpenAction | StaffAction | CartAction,
  resource?: Owned,
): boolean {
  if (isIn(openActions, action)) return true;
  if (isKeyOf(staffActions, action)) return staffActions[action].includes(principal.kind);
  if (!isKeyOf(nonOwners, action) || resource === undefined) return false;
  return owns(principal, resource) || nonOwners[action].includes(principal.kind);
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

function isIn<Value extends string>(list: readonly Value[], value: string): value is Value {
  return list.some((each) => each === value);
}

function isKeyOf<Key extends string>(
  table: Readonly<Record<Key, unknown>>,
  key: string,
): key is Key {
  return Object.hasOwn(table, key);
}
