// The database where all instances keep people's keys goes away: checkouts go on with keys that the
// instance keeps for itself, and these are handed over when the database is back.
import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { PersonalData } from '../../src/personal-data/personal-data.js';
import { PersonKeys } from '../../src/personal-data/person-keys.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { systemTime } from '../../src/waiting/time.js';
import { interruptible } from '../controls/interruptible-database.js';

const secret = randomBytes(32);
const person = { customerId: 'ann', email: 'ann@example.org' };
const unavailable = { name: 'ReadModelsUnavailableError' };

const newDatabase = () => SqliteDatabase.on(new DatabaseSync(':memory:'));

async function twoInstances() {
  const { line, through } = interruptible(newDatabase());
  const instance = async () => {
    const [keys, spare] = [await PersonKeys.on(through), await PersonKeys.on(newDatabase())];
    return new PersonalData({ keys, spare, secret, time: systemTime, randomBytes });
  };
  return { line, here: await instance(), there: await instance() };
}

test('a key that was made meanwhile opens at once, and elsewhere when it is handed over', async () => {
  const { line, here, there } = await twoInstances();
  line.isCut = true;
  const sealed = await here.seal(person, 'a text');
  expect(await here.open(sealed)).toBe('a text');
  await expect(here.handOver()).rejects.toMatchObject(unavailable);
  line.isCut = false;
  await expect(there.open(sealed)).rejects.toMatchObject({ name: 'PersonKeyError' });
  await here.handOver();
  expect(await there.open(sealed)).toBe('a text');
  expect(await here.open(sealed)).toBe('a text');
});

test('an erasure is refused while it cannot reach all keys', async () => {
  const { line, here } = await twoInstances();
  line.isCut = true;
  const sealed = await here.seal(person, 'a text');
  await expect(here.keyIdsOf(person)).rejects.toMatchObject(unavailable);
  await expect(here.destroy(sealed.keyId)).rejects.toMatchObject(unavailable);
});

test('an erasure includes the keys that this instance made alone', async () => {
  const { line, here, there } = await twoInstances();
  line.isCut = true;
  const sealed = await here.seal(person, 'a text');
  line.isCut = false;
  expect(await here.keyIdsOf({ email: person.email })).toEqual([sealed.keyId]);
  await there.destroy(sealed.keyId);
  expect(await here.open(sealed)).toBeUndefined();
  expect(await there.open(sealed)).toBeUndefined();
});

test('a key that was destroyed elsewhere stays destroyed when it is handed over', async () => {
  const { line, here, there } = await twoInstances();
  line.isCut = true;
  const sealed = await here.seal(person, 'a text');
  line.isCut = false;
  await there.destroy(sealed.keyId);
  await here.handOver();
  expect(await here.open(sealed)).toBeUndefined();
});
