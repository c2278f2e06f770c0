// Who may do what. Every pair of a role and an action is named here; what is not allowed is denied.
import { describe, expect, test } from '@jest/globals';
import { allows, type Owned, type Principal } from '../../src/graphql/policy.js';

const guestCart: Owned = { tokenHash: 'hash of the secret', customerId: null };
const annsCart: Owned = { tokenHash: 'hash of another', customerId: 'ann' };

const stranger: Principal = { kind: 'guest', cartTokenHashes: [] };
const holder: Principal = { kind: 'guest', cartTokenHashes: ['x', 'hash of the secret'] };
const ann: Principal = { kind: 'customer', subject: 'ann', cartTokenHashes: [] };
const support: Principal = { kind: 'support', subject: 'ann', cartTokenHashes: [] };
const admin: Principal = { kind: 'admin', subject: 'ann', cartTokenHashes: [] };
const everybody = { stranger, holder, ann, support, admin };
const adminWithReason: Principal = { ...admin, accessReason: 'a dispute' };

const whoMay = (judge: (principal: Principal) => boolean) =>
  Object.entries(everybody)
    .filter(([, principal]) => judge(principal))
    .map(([name]) => name);

describe("a guest's cart", () => {
  test('is read by who holds its secret, and by support', () => {
    expect(whoMay((who) => allows(who, 'cart:read', guestCart))).toEqual(['holder', 'support']);
  });

  test('is read by an admin who says why', () => {
    expect(allows(adminWithReason, 'cart:read', guestCart)).toBe(true);
    expect(allows(adminWithReason, 'cart:change', guestCart)).toBe(false);
  });

  test('is changed by who holds its secret', () => {
    expect(whoMay((who) => allows(who, 'cart:change', guestCart))).toEqual(['holder']);
  });
});

test('a cart is claimed by a customer who holds its secret, and by nobody else', () => {
  const both: Principal = { ...ann, cartTokenHashes: ['hash of the secret'] };
  const staff: Principal = { ...admin, cartTokenHashes: ['hash of the secret'] };
  expect(allows(both, 'cart:claim', guestCart)).toBe(true);
  expect(allows(staff, 'cart:claim', guestCart)).toBe(false);
  expect(whoMay((who) => allows(who, 'cart:claim', guestCart))).toEqual([]);
  // Who has claimed it may repeat the command.
  expect(whoMay((who) => allows(who, 'cart:claim', annsCart))).toEqual(['ann']);
});

test('only a customer has carts of their own', () => {
  expect(whoMay((who) => allows(who, 'carts:own'))).toEqual(['ann']);
  expect(allows({ kind: 'customer', cartTokenHashes: [] }, 'carts:own')).toBe(false);
});

describe("a customer's cart", () => {
  test('is read by the customer, and by support', () => {
    expect(whoMay((who) => allows(who, 'cart:read', annsCart))).toEqual(['ann', 'support']);
  });

  test('is changed by the customer, and not by staff of the same name', () => {
    expect(whoMay((who) => allows(who, 'cart:change', annsCart))).toEqual(['ann']);
  });

  test('is nobody else’s', () => {
    const ben: Principal = { ...ann, subject: 'ben' };
    expect(allows(ben, 'cart:read', annsCart)).toBe(false);
  });
});

test('an order is read by its owner and by staff', () => {
  expect(whoMay((who) => allows(who, 'order:read', annsCart))).toEqual(['ann', 'support', 'admin']);
});

test('a cart without any owner belongs to nobody', () => {
  const nobodys: Owned = { tokenHash: null, customerId: null };
  expect(whoMay((who) => allows(who, 'cart:change', nobodys))).toEqual([]);
});

test.each(['cart:open', 'products:read'] as const)('anybody may %s', (action) => {
  expect(whoMay((who) => allows(who, action))).toEqual(Object.keys(everybody));
});

test.each([
  'orders:change',
  'stock:change',
  'catalogue:change',
  'coupons:change',
  'tax:change',
  'reactions:replay',
  'projections:change',
  'shipping:change',
  'webhooks:manage',
  'accesses:read',
  'people:erase',
] as const)('only an admin may %s', (action) => {
  expect(whoMay((who) => allows(who, action))).toEqual(['admin']);
});

test.each([
  'carts:list',
  'events:read',
  'coupons:read',
  'catalogue:read',
  'reactions:read',
  'stock:read',
  'tax:read',
  'shipping:read',
  'revenue:read',
  'projections:read',
  'webhooks:read',
] as const)('support and admins may %s', (action) => {
  expect(whoMay((who) => allows(who, action))).toEqual(['support', 'admin']);
});

test('customers list their own orders, and staff those of everybody', () => {
  expect(whoMay((who) => allows(who, 'orders:list'))).toEqual(['ann', 'support', 'admin']);
});

test('what no rule names is denied', () => {
  const unheardOf = 'cart:erase' as 'cart:read';
  expect(whoMay((who) => allows(who, unheardOf, annsCart))).toEqual([]);
  const inherited = 'toString' as 'cart:open';
  expect(whoMay((who) => allows(who, inherited))).toEqual([]);
});
