// Payment tokens are kept until the charge has an outcome, also while the database that all
// instances share is away.
import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { PaymentTokens } from '../../src/gateways/payment-tokens.js';
import { TokenTable } from '../../src/gateways/token-table.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { interruptible } from '../controls/interruptible-database.js';

const secret = randomBytes(32);
const unavailable = { name: 'ReadModelsUnavailableError' };
const DAY_MS = 86_400_000;

const newFile = () => new DatabaseSync(':memory:');

async function twoInstances() {
  const file = newFile();
  const { line, through } = interruptible(SqliteDatabase.on(file));
  const clock = { now: DAY_MS };
  const instance = async () => {
    const own = newFile();
    const [shared, spare] = [
      await TokenTable.on(through),
      await TokenTable.on(SqliteDatabase.on(own)),
    ];
    const now = () => clock.now;
    return { own, tokens: new PaymentTokens({ shared, spare, secret, now, randomBytes }) };
  };
  return { line, clock, file, here: await instance(), there: await instance() };
}

const countIn = (file: DatabaseSync) => file.prepare('SELECT * FROM payment_token').all().length;

test('a token is found by every instance, until it is forgotten', async () => {
  const { here, there, file } = await twoInstances();
  await here.tokens.keep('an intent', 'tok_ok');
  expect(await there.tokens.find('an intent')).toBe('tok_ok');
  expect(countIn(here.own)).toBe(0);
  expect(JSON.stringify(file.prepare('SELECT * FROM payment_token').all())).not.toContain('tok_ok');
  await there.tokens.forget('an intent');
  expect(await here.tokens.find('an intent')).toBeUndefined();
});

test('one that was kept meanwhile is found at once, and elsewhere when it is handed over', async () => {
  const { line, here, there } = await twoInstances();
  line.isCut = true;
  await here.tokens.keep('an intent', 'tok_ok');
  expect(await here.tokens.find('an intent')).toBe('tok_ok');
  await expect(here.tokens.handOver()).rejects.toMatchObject(unavailable);
  line.isCut = false;
  expect(await there.tokens.find('an intent')).toBeUndefined();
  await here.tokens.handOver();
  expect(await there.tokens.find('an intent')).toBe('tok_ok');
  expect(countIn(here.own)).toBe(0);
});

test('one that is forgotten is nowhere, wherever it was kept', async () => {
  const { line, here, there, file } = await twoInstances();
  line.isCut = true;
  await here.tokens.keep('an intent', 'tok_ok');
  line.isCut = false;
  await here.tokens.forget('an intent');
  await here.tokens.handOver();
  await there.tokens.handOver();
  expect([countIn(file), countIn(here.own)]).toEqual([0, 0]);
});

test('one that is forgotten while it is handed over is nowhere', async () => {
  const { line, here, file } = await twoInstances();
  line.isCut = true;
  await here.tokens.keep('an intent', 'tok_ok');
  line.isCut = false;
  // The charge has its outcome just after the token reached the shared table.
  line.afterNext = () => here.tokens.forget('an intent');
  await here.tokens.handOver();
  expect([countIn(file), countIn(here.own)]).toEqual([0, 0]);
});

test('one that a checkout left which died is forgotten by its age', async () => {
  const { line, clock, here, file } = await twoInstances();
  await here.tokens.keep('of yesterday', 'tok_ok');
  line.isCut = true;
  await here.tokens.keep('of yesterday, alone', 'tok_ok');
  line.isCut = false;
  clock.now += DAY_MS;
  await here.tokens.keep('of today', 'tok_ok');
  await here.tokens.forgetOlderThan(DAY_MS / 2);
  expect([countIn(file), countIn(here.own)]).toEqual([1, 0]);
  expect(await here.tokens.find('of today')).toBe('tok_ok');
});

test('without a place of its own, a token that cannot be kept is a fault', async () => {
  const { line, through } = interruptible(SqliteDatabase.on(newFile()));
  const shared = await TokenTable.on(through);
  const tokens = new PaymentTokens({ shared, secret, now: Date.now, randomBytes });
  line.isCut = true;
  await expect(tokens.keep('an intent', 'tok_ok')).rejects.toMatchObject(unavailable);
});

test('one of another secret is not found', async () => {
  const shared = await TokenTable.on(SqliteDatabase.on(newFile()));
  const of = (other: Buffer) =>
    new PaymentTokens({ shared, secret: other, now: Date.now, randomBytes });
  await of(secret).keep('an intent', 'tok_ok');
  expect(await of(randomBytes(32)).find('an intent')).toBeUndefined();
});
