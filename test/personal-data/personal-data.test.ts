// What is encrypted for a person opens again, on any instance and after a restart, until the person
// is erased. On a file of the data folder, and on Postgres.
import { afterEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openPersonalData, type PersonalDataPlace } from '../../src/personal-data/open.js';
import type { PersonalData } from '../../src/personal-data/personal-data.js';
import { systemTime } from '../../src/waiting/time.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newPlaces } from '../read-models/databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const places = newPlaces(cleanup);
const secret = randomBytes(32);
const guest = { customerId: null, email: 'Ann@Example.org' };
const customer = { customerId: 'ann', email: 'ann@example.org' };
const text = 'the text of a person';

async function opened(place: Omit<PersonalDataPlace, 'secret'>, key = secret) {
  const people = await openPersonalData({ ...place, secret: key }, systemTime);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await people.close();
    isOpen = false;
  };
  cleanup.add(close);
  return { people, close };
}

/** As an erasure does. */
async function erase(
  people: PersonalData,
  who: Parameters<PersonalData['beginErasure']>[0],
): Promise<number> {
  const keyIds = await people.beginErasure(who);
  for (const keyId of keyIds) await people.destroy(keyId);
  return keyIds.length;
}

async function bytesOf(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(
    await Promise.all(files.map((at) => readFile(join(at.parentPath, at.name)))),
  );
}

describeOnBoth('personal data on %s', places, (newPlace) => {
  test('opens again, also after a restart', async () => {
    const place = await newPlace();
    const first = await opened(place);
    const sealed = await first.people.seal(guest, text);
    expect(await first.people.open(sealed)).toBe(text);
    await first.close();
    expect(await (await opened(place)).people.open(sealed)).toBe(text);
  });

  test('of one person has one key, whatever the spelling of the address', async () => {
    const { people } = await opened(await newPlace());
    const { keyId } = await people.seal(guest, text);
    const again = await people.seal({ customerId: null, email: ' ann@EXAMPLE.org' }, text);
    expect(again.keyId).toBe(keyId);
    expect(
      (await people.seal({ customerId: null, email: 'bob@example.org' }, text)).keyId,
    ).not.toBe(keyId);
    expect((await people.seal(customer, text)).keyId).not.toBe(keyId);
  });

  test('looks different each time', async () => {
    const { people } = await opened(await newPlace());
    const [one, other] = [await people.seal(guest, text), await people.seal(guest, text)];
    expect(one.sealed).not.toBe(other.sealed);
  });

  test('is erased by customer, not for another one with the same address', async () => {
    const { people } = await opened(await newPlace());
    const own = await people.seal(customer, text);
    const others = await people.seal({ ...customer, customerId: 'partner' }, text);
    const elsewhere = await people.seal({ ...customer, email: 'ann@work.example' }, text);
    expect(await erase(people, { customerId: 'ann' })).toBe(2);
    expect(await people.open(own)).toBeUndefined();
    expect(await people.open(elsewhere)).toBeUndefined();
    expect(await people.open(others)).toBe(text);
  });

  test('is erased by address, for everyone who gave it', async () => {
    const { people } = await opened(await newPlace());
    const sealed = [await people.seal(customer, text), await people.seal(guest, text)];
    const other = await people.seal({ ...customer, email: 'ann@work.example' }, text);
    expect(await erase(people, { email: 'ANN@example.org' })).toBe(2);
    for (const one of sealed) expect(await people.open(one)).toBeUndefined();
    expect(await people.open(other)).toBe(text);
  });

  test('stays erased when the person comes back, and when it is erased again', async () => {
    const { people } = await opened(await newPlace());
    const before = await people.seal(guest, text);
    await erase(people, guest);
    await people.destroy(before.keyId);
    const after = await people.seal(guest, text);
    expect(after.keyId).not.toBe(before.keyId);
    expect(await people.open(before)).toBeUndefined();
    expect(await people.open(after)).toBe(text);
    expect(await erase(people, guest)).toBe(1);
  });

  test('cannot be opened under another key, and not when it was changed', async () => {
    const { people } = await opened(await newPlace());
    const [own, other] = [await people.seal(guest, text), await people.seal(customer, text)];
    const fault = { name: 'PersonKeyError' };
    await expect(people.open({ ...own, keyId: other.keyId })).rejects.toMatchObject(fault);
    const changed = `${own.sealed.startsWith('A') ? 'B' : 'A'}${own.sealed.slice(1)}`;
    await expect(people.open({ ...own, sealed: changed })).rejects.toMatchObject(fault);
    await expect(people.open({ ...own, sealed: '' })).rejects.toMatchObject(fault);
  });

  test('with a lost key or another secret is a fault, which is not taken for an erasure', async () => {
    const place = await newPlace();
    const { people } = await opened(place);
    const sealed = await people.seal(customer, text);
    await expect(people.open({ ...sealed, keyId: 'unknown' })).rejects.toThrow('is not here');
    const stranger = (await opened(place, randomBytes(32))).people;
    await expect(stranger.open(sealed)).rejects.toThrow('does not fit');
    // A new secret makes new keys.
    const anew = await stranger.seal(customer, text);
    expect(await stranger.open(anew)).toBe(text);
  });
});

describe('the file of the keys', () => {
  test('holds neither the text, nor the address, nor a key as it is', async () => {
    const place = await places.SQLite();
    const { people } = await opened(place);
    await people.seal(customer, text);
    const bytes = await bytesOf(place.dataDir);
    for (const canary of [text, 'example.org', 'Example.org']) {
      expect(bytes.includes(canary)).toBe(false);
    }
    expect((await stat(join(place.dataDir, 'keys/people.sqlite'))).mode & 0o077).toBe(0);
  });

  test('holds nothing of an erased key but its id', async () => {
    const place = await places.SQLite();
    const { people } = await opened(place);
    // Many, so that pages are split, and rows move.
    for (let at = 0; at < 60; at += 1) {
      await people.seal({ customerId: `customer ${at}`, email: `${at}@example.org` }, text);
    }
    const { keyId } = await people.seal(customer, text);
    const file = new DatabaseSync(join(place.dataDir, 'keys/people.sqlite'), { readOnly: true });
    const row = file.prepare('SELECT wrapped FROM person_key WHERE key_id = ?').get(keyId);
    file.close();
    const wrapped = String(row?.['wrapped']);
    expect((await bytesOf(place.dataDir)).includes(wrapped)).toBe(true);
    await erase(people, customer);
    const bytes = await bytesOf(place.dataDir);
    expect(bytes.includes(keyId)).toBe(true);
    expect(bytes.includes(wrapped)).toBe(false);
    expect(bytes.includes(people.hashOf(customer.email))).toBe(false);
  });

  test('is refused when it is damaged, since nothing can replace it', async () => {
    const place = await places.SQLite();
    await (await opened(place)).close();
    await writeFile(join(place.dataDir, 'keys/people.sqlite'), 'no database'.repeat(1_000));
    await expect(opened(place)).rejects.toMatchObject({
      name: 'PersonKeysFileError',
      message: expect.stringContaining('people.sqlite cannot be used'),
    });
  });
});
