// The database where all instances keep people's keys goes away: checkouts go on with keys that the
// instance keeps for itself, and these are handed over when the database is back.
import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { PersonalData } from '../../src/personal-data/personal-data.js';
import { PersonKeys } from '../../src/personal-data/person-keys.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { systemTime, type Time } from '../../src/waiting/time.js';
import { interruptible } from '../controls/interruptible-database.js';

const secret = randomBytes(32);
const person = { customerId: 'ann', email: 'ann@example.org' };
const unavailable = { name: 'ReadModelsUnavailableError' };

const newDatabase = () => SqliteDatabase.on(new DatabaseSync(':memory:'));

async function twoInstances(time: Pick<Time, 'now' | 'newId'> = systemTime) {
  const { line, through } = interruptible(newDatabase());
  const instance = async () => {
    const [keys, spare] = [await PersonKeys.on(through), await PersonKeys.on(newDatabase())];
    return new PersonalData({ keys, spare, secret, time, randomBytes });
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
  await expect(here.beginErasure(person)).rejects.toMatchObject(unavailable);
  await expect(here.destroy(sealed.keyId)).rejects.toMatchObject(unavailable);
});

test('an erasure includes the keys that this instance made alone', async () => {
  const { line, here, there } = await twoInstances();
  line.isCut = true;
  const sealed = await here.seal(person, 'a text');
  line.isCut = false;
  expect(await here.beginErasure({ email: person.email })).toEqual([sealed.keyId]);
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

describe('a person is erased at one instance while another one has a key of theirs alone', () => {
  const guest = { customerId: null, email: person.email };
  const others = { customerId: 'bob', email: 'bob@example.org' };

  test.each([
    ['a customer, by id', person, { customerId: 'ann' }],
    ['a customer, by address', person, { email: 'ANN@example.org' }],
    ['a guest', guest, { email: person.email }],
  ])('%s: the key is late, is not handed over, and is gone when it is erased', async (...row) => {
    const [, buyer, sought] = row;
    const { line, here, there } = await twoInstances();
    line.isCut = true;
    const sealed = await here.seal(buyer, 'a text');
    const kept = await here.seal(others, 'another text');
    line.isCut = false;
    expect(await there.beginErasure(sought)).toEqual([]);
    expect(await here.handOver()).toEqual([sealed.keyId]);
    expect(await there.open(kept)).toBe('another text');
    await expect(there.open(sealed)).rejects.toMatchObject({ name: 'PersonKeyError' });
    await here.destroy(sealed.keyId);
    expect(await here.handOver()).toEqual([]);
    expect([await here.open(sealed), await there.open(sealed)]).toEqual([undefined, undefined]);
  });

  test('what the person buys a minute later is not', async () => {
    let now = 1_000_000;
    const { line, here, there } = await twoInstances({ ...systemTime, now: () => now });
    await there.beginErasure({ email: person.email });
    line.isCut = true;
    now += 60_000;
    const early = await here.seal(person, 'within the minute by which clocks may differ');
    now += 1;
    const sealed = await here.seal(guest, 'a text');
    line.isCut = false;
    expect(await here.handOver()).toEqual([early.keyId]);
    expect(await there.open(sealed)).toBe('a text');
  });
});

test('a key that was handed over just before its instance died is destroyed there as well', async () => {
  const { line, here, there } = await twoInstances();
  line.isCut = true;
  const sealed = await here.seal(person, 'a text');
  line.isCut = false;
  // Each instance destroys what the log says, whoever had the key.
  for (const instance of [there, here]) await instance.destroy(sealed.keyId);
  expect(await here.open(sealed)).toBeUndefined();
  line.isCut = true;
  await expect(here.open(sealed)).rejects.toMatchObject(unavailable);
});
