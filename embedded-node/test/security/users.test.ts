// Users: who manages them, what each change does to the next call, and what is kept of a password.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cleanup } from '../../../test/event-store/nodes.js';
import {
  admin,
  countOf,
  happened,
  type Login,
  newFolder,
  newStream,
  ops,
  SecureNode,
} from './given.js';

const cleanup = new Cleanup();
const stream = newStream();
let secure: SecureNode;

beforeAll(async () => {
  secure = await SecureNode.start(cleanup);
  await secure.as(admin).appendToStream(stream, happened());
});
afterAll(() => cleanup.run());

/** The status with which a read by that user ends. */
async function logIn(login: Login, on = secure): Promise<status> {
  try {
    await countOf(on.as(login).readStream(stream));
    return status.OK;
  } catch (error) {
    return (error as { readonly code: status }).code;
  }
}

const refused = (work: Promise<unknown>, code: status) =>
  expect(work).rejects.toMatchObject({ code });

test('admin and ops are there from the first start', async () => {
  const [first, second] = await secure.details('');
  expect(first).toMatchObject({ login: 'admin', groups: ['$admins'], isDisabled: false });
  expect(second).toMatchObject({ login: 'ops', groups: ['$ops'], isDisabled: false });
});

test('a user that exists is created again only with the same password, and stays as it is', async () => {
  const user = await secure.newUser({ groups: ['a'] });
  await secure.createUser(user, ['b']);
  expect(await secure.details(user.username)).toMatchObject([{ groups: ['a'] }]);
  await refused(secure.createUser({ ...user, password: 'other' }, []), status.FAILED_PRECONDITION);
});

test('of two who create a user at once only one can have', async () => {
  const username = newStream('u');
  const outcomes = await Promise.allSettled([
    secure.createUser({ username, password: 'one' }, []),
    secure.createUser({ username, password: 'two' }, []),
  ]);
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('new groups count from the next call on', async () => {
  const user = await secure.newUser();
  const client = secure.as(user);
  const system = newStream('$own');
  await secure.as(admin).appendToStream(system, happened());
  await refused(countOf(client.readStream(system)), status.PERMISSION_DENIED);
  await secure.updateUser(user, 'Another Name', ['$admins']);
  expect(await countOf(client.readStream(system))).toBe(1);
  expect(await secure.details(user.username)).toMatchObject([
    { fullName: 'Another Name', groups: ['$admins'] },
  ]);
});

test('who is disabled is not let in until enabled', async () => {
  const user = await secure.newUser();
  expect(await logIn(user)).toBe(status.OK);
  await secure.disableUser(user);
  expect(await logIn(user)).toBe(status.UNAUTHENTICATED);
  expect(await secure.details(user.username)).toMatchObject([{ isDisabled: true }]);
  await secure.enableUser(user);
  expect(await logIn(user)).toBe(status.OK);
});

test('who is deleted is nobody, and may be created anew', async () => {
  const user = await secure.newUser();
  await secure.deleteUser(user);
  expect(await logIn(user)).toBe(status.UNAUTHENTICATED);
  await refused(secure.details(user.username), status.NOT_FOUND);
  expect((await secure.details('')).map(({ login }) => login)).not.toContain(user.username);
  const again = { ...user, password: 'another' };
  await secure.createUser(again, []);
  expect(await logIn(again)).toBe(status.OK);
  expect(await logIn(user)).toBe(status.UNAUTHENTICATED);
});

describe('a password', () => {
  test('is changed by whoever knows it, and the old one is worth nothing at once', async () => {
    const user = await secure.newUser();
    expect(await logIn(user)).toBe(status.OK);
    await secure.changePassword(user, 'secret', 'second', user);
    expect(await logIn(user)).toBe(status.UNAUTHENTICATED);
    expect(await logIn({ ...user, password: 'second' })).toBe(status.OK);
  });

  test('is not changed by whoever does not know it', async () => {
    const user = await secure.newUser();
    await refused(secure.changePassword(user, 'guess', 'mine', ops), status.PERMISSION_DENIED);
    await refused(secure.changePassword(user, 'secret', 'mine', null), status.PERMISSION_DENIED);
    expect(await logIn(user)).toBe(status.OK);
  });

  test('is reset by admins only', async () => {
    const user = await secure.newUser();
    await refused(secure.resetPassword(user, 'mine', ops), status.PERMISSION_DENIED);
    await secure.resetPassword(user, 'third');
    expect(await logIn({ ...user, password: 'third' })).toBe(status.OK);
  });

  test('may hold colons and letters of any kind', async () => {
    const user = await secure.newUser({ password: 'a:b:ü' });
    const client = secure.as(admin);
    expect(await countOf(client.readStream(stream, { credentials: user }))).toBe(1);
  });
});

test('only admins manage users', async () => {
  const user = await secure.newUser();
  for (const by of [ops, user, null]) {
    const other = { username: 'x', password: 'x' };
    await refused(secure.createUser(other, [], by), status.PERMISSION_DENIED);
    await refused(secure.updateUser(user, 'x', ['$admins'], by), status.PERMISSION_DENIED);
    await refused(secure.deleteUser(user, by), status.PERMISSION_DENIED);
    await refused(secure.disableUser(user, by), status.PERMISSION_DENIED);
    await refused(secure.enableUser(user, by), status.PERMISSION_DENIED);
  }
});

test('what concerns a user who is not there says so', async () => {
  const user = { username: newStream('u'), password: '' };
  for (const work of [
    secure.updateUser(user, '', []),
    secure.deleteUser(user),
    secure.disableUser(user),
    secure.enableUser(user),
    secure.resetPassword(user, 'x'),
    secure.changePassword(user, 'x', 'y', admin),
    secure.details(user.username),
  ]) {
    await expect(work).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: `User '${user.username}' is not found.`,
    });
  }
});

test('users outlive the node, and nothing of a password is in its folder', async () => {
  const dataDir = await newFolder(cleanup);
  const before = await SecureNode.start(cleanup, {
    dataDir,
    security: { adminPassword: 'first of admin', opsPassword: 'first of ops' },
  });
  const user = { username: 'ann', password: 'a password like no other' };
  await before.createUser(user, [], { username: 'admin', password: 'first of admin' });
  await before.node.stop();
  for (const name of ['log.sqlite', 'log.sqlite-wal']) {
    const bytes = await readFile(join(dataDir, name)).catch(() => Buffer.alloc(0));
    expect(bytes.includes('first of') || bytes.includes('like no other')).toBe(false);
  }
  // The passwords of the first start: another default changes nobody's any more.
  const after = await SecureNode.start(cleanup, { dataDir, security: { adminPassword: 'new' } });
  await after.as(user).appendToStream(stream, happened());
  expect(await logIn(user, after)).toBe(status.OK);
  expect(await logIn({ ...ops, password: 'first of ops' }, after)).toBe(status.OK);
  expect(await logIn(admin, after)).toBe(status.UNAUTHENTICATED);
  expect(await logIn({ ...admin, password: 'first of admin' }, after)).toBe(status.OK);
});
