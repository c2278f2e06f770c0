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

const whoMay = (judge: (principal: Principal) => boolean) =>
  Object.entries(everybody)
    .filter(([, principal]) => judge(principal))
    .map(([name]) => name);

describe("a guest's cart", () => {
  test('is read by who holds its secret, and by support', () => {
    expect(whoMay((who) => allows(who, 'cart:read', guestCart))).toEqual(['holder', 'support']);
  });

  test('is changed by who holds its secret', () => {
    expect(whoMay((who) => allows(who, 'cart:change', guestCart))).toEqual(['holder']);
  });
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

test.each(['catalogue:change', 'coupons:change', 'revenue:read', 'projections:read'] as const)(
  'only an admin may %s',
  (action) => {
    expect(whoMay((who) => allows(who, action))).toEqual(['admin']);
  },
);

test('support and admins may see what process managers could not act on', () => {
  expect(whoMay((who) => allows(who, 'reactions:read'))).toEqual(['support', 'admin']);
});

test('what no rule names is denied', () => {
  const unheardOf = 'cart:erase' as 'cart:read';
  expect(whoMay((who) => allows(who, unheardOf, annsCart))).toEqual([]);
  const inherited = 'toString' as 'cart:open';
  expect(whoMay((who) => allows(who, inherited))).toEqual([]);
});
