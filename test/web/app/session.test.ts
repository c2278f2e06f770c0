// A sign-in ends when it expires, however long that is.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Session } from '../../../web/app/session.ts';
import { forgetfulStorage } from '../../../web/cart-client/cart-shelf.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const day = 24 * 60 * 60 * 1_000;

test.each([1 / 24, 24, 25, 60])('a sign-in of %f days ends after them', (days) => {
  const session = new Session(forgetfulStorage());
  const expiresAt = Date.now() + days * day;
  session.signIn({ subject: 'ada', role: 'customer', token: 'a-token', expiresAt });
  jest.advanceTimersByTime(days * day - 1);
  expect(session.person.get()?.subject).toBe('ada');
  jest.advanceTimersByTime(1);
  expect(session.person.get()).toBeNull();
});
