// Credentials: what is taken for some, and that a password costs its hash only when it is first
// shown.
import { describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { Authenticator } from '../../src/security/authenticator.js';
import { hashPassword, isPassword } from '../../src/security/passwords.js';
import type { User } from '../../src/security/users.js';

const record = { loginName: 'ann', fullName: 'Ann', groups: ['team'], disabled: false };
const user: User = { ...record, hash: 'right', salt: '', revision: 0, updatedMs: 0 };

/** Verifies by comparing texts, and counts how often it is asked. */
function given(found: () => User | undefined = () => user) {
  const asked: string[] = [];
  const users = { find: (login: string) => (login === 'ann' ? found() : undefined) };
  const authenticator = new Authenticator(users, (password, { hash }) => {
    asked.push(password);
    return Promise.resolve(password === hash);
  });
  return { asked, of: (header?: string) => authenticator.authenticate(header) };
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const unauthenticated = { code: status.UNAUTHENTICATED, details: 'Unauthenticated' };

test('a caller is who has shown the right password, with the groups of now', async () => {
  expect(await given().of(basic('ann:right'))).toEqual({ name: 'ann', groups: ['team'] });
});

test.each([undefined, '', 'Bearer abc', 'Basic', 'Basic !', basic('no colon')])(
  'the header %j is that of nobody',
  async (header) => expect(await given().of(header)).toBeUndefined(),
);

test.each(['ann:wrong', 'ann:', 'bob:right', ':right', 'ann:right '])(
  'the credentials %j are refused',
  (text) => expect(given().of(basic(text))).rejects.toMatchObject(unauthenticated),
);

describe('verification', () => {
  test('is done once for a password, however many calls show it at once or later', async () => {
    const { asked, of } = given();
    await Promise.all(Array.from({ length: 50 }, () => of(basic('ann:right'))));
    await of(basic('ann:right'));
    expect(asked).toEqual(['right']);
  });

  test('is done again for each wrong password, and for a login that nobody has', async () => {
    const { asked, of } = given();
    for (const text of ['ann:wrong', 'ann:wrong', 'bob:x']) {
      await expect(of(basic(text))).rejects.toMatchObject(unauthenticated);
    }
    expect(asked).toEqual(['wrong', 'wrong', 'x']);
  });

  test('is done again when the password was changed, by any way', async () => {
    let now = user;
    const { of } = given(() => now);
    await of(basic('ann:right'));
    now = { ...user, hash: 'changed' };
    await expect(of(basic('ann:right'))).rejects.toMatchObject(unauthenticated);
    expect(await of(basic('ann:changed'))).toMatchObject({ name: 'ann' });
  });

  test('does not let in who was disabled after it', async () => {
    let now = user;
    const { of } = given(() => now);
    await of(basic('ann:right'));
    now = { ...user, disabled: true };
    await expect(of(basic('ann:right'))).rejects.toMatchObject(unauthenticated);
  });

  test('forgets the oldest of a thousand', async () => {
    const { asked, of } = given(() => user);
    const authenticator = new Authenticator(
      { find: (login) => ({ ...user, loginName: login }) },
      (password) => {
        asked.push(password);
        return Promise.resolve(true);
      },
    );
    const show = (login: string) => authenticator.authenticate(basic(`${login}:x`));
    for (let n = 0; n <= 1_000; n++) await show(`u${n}`);
    await show('u1000');
    expect(asked).toHaveLength(1_001);
    await show('u0');
    expect(asked).toHaveLength(1_002);
    expect(await of()).toBeUndefined();
  });

  test('runs for two passwords at a time', async () => {
    let running = 0;
    let most = 0;
    const users = { find: (login: string) => ({ ...user, loginName: login, hash: login }) };
    const authenticator = new Authenticator(users, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return true;
    });
    const logins = Array.from({ length: 20 }, (_, n) => `u${n}`);
    const names = await Promise.all(
      logins.map((login) => authenticator.authenticate(basic(`${login}:x`))),
    );
    expect(names.map((found) => found?.name)).toEqual(logins);
    expect(most).toBe(2);
  });
});

describe('a stored password', () => {
  test('has a salt of its own, and is that password and no other', async () => {
    const [one, two] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
    expect(one.hash).not.toBe(two.hash);
    expect(await isPassword('secret', one)).toBe(true);
    expect(await isPassword('Secret', one)).toBe(false);
    expect(await isPassword('secret', { ...one, salt: two.salt })).toBe(false);
  });

  test.each(['', 'secret', 'scrypt:16384:8:5:', 'scrypt:9999999:8:1:AAAA', 'scrypt:2:8:1:AAAA'])(
    'as %j is nobody’s',
    async (hash) => expect(await isPassword('secret', { hash, salt: '' })).toBe(false),
  );
});
