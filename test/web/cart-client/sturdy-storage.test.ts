// The shelf on the storages that browsers have: full, forbidden, absent.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  CartShelf,
  forgetfulStorage,
  type ShelfStorage,
} from '../../../web/cart-client/cart-shelf.ts';
import { sturdyStorage } from '../../../web/cart-client/sturdy-storage.ts';

beforeEach(() => void jest.spyOn(console, 'warn').mockImplementation(() => undefined));
afterEach(() => void jest.restoreAllMocks());

const cart = { id: 'a-cart', token: 'a-secret' };
const refuse = (): never => {
  throw new DOMException('refused', 'QuotaExceededError');
};

describe.each<[string, () => ShelfStorage | null]>([
  ['is full', () => ({ ...forgetfulStorage(), setItem: refuse })],
  ['refuses everything', () => ({ getItem: refuse, setItem: refuse, removeItem: refuse })],
  ['is forbidden', refuse],
  ['is absent', () => null],
])('a storage that %s', (_how, storage) => {
  test('holds a cart until the page is left, and complains once', () => {
    const shelf = new CartShelf(sturdyStorage(storage));
    expect(shelf.openingId()).toBe(shelf.openingId());
    shelf.hold(cart);
    shelf.readAgain();
    expect([shelf.current.get(), shelf.tokens()]).toEqual([cart, [cart.token]]);
    shelf.letGo(cart.id);
    expect([shelf.current.get(), shelf.tokens()]).toEqual([null, [cart.token]]);
    expect(console.warn).toHaveBeenCalledTimes(1);
  });
});

test('a storage that fills up has no old value in the place of a new one', () => {
  const stored = forgetfulStorage();
  let isFull = false;
  const setItem = (key: string, value: string) => (isFull ? refuse() : stored.setItem(key, value));
  const storage = sturdyStorage(() => ({ ...stored, setItem }));
  storage.setItem('key', 'old');
  isFull = true;
  storage.setItem('key', 'new');
  expect(storage.getItem('key')).toBe('new');
  storage.removeItem('key');
  expect([storage.getItem('key'), stored.getItem('key')]).toEqual([null, null]);
});
