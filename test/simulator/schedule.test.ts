// One seed, one order: the schedule and its sources of chance.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SeededRandomness } from './randomness.js';
import { Life, Schedule } from './schedule.js';
import { settle } from './settle.js';
import { timeOf } from './simulated-time.js';
import { delay, turn } from '../../src/waiting/time.js';

const scheduleOf = (seed: number) => new Schedule(SeededRandomness.of(seed).fork('order'), settle);

async function toTheEnd(schedule: Schedule): Promise<void> {
  while (await schedule.next());
}

/** Eight tasks that wait, yield and start others; answers the order in which they went on. */
async function orderOf(seed: number): Promise<string> {
  const schedule = scheduleOf(seed);
  const time = timeOf(schedule, new Life('one'), SeededRandomness.of(seed).fork('time'));
  const order: string[] = [];
  const task = async (name: string) => {
    await delay(time, 5);
    order.push(name);
    await turn(time);
    order.push(name.toUpperCase());
    await delay(time, Math.floor(time.random() * 3));
    order.push(time.newId());
  };
  const all = Promise.all('abcdefgh'.split('').map(task));
  await toTheEnd(schedule);
  await all;
  return `${order.join(' ')} ${schedule.traceHash}`;
}

test('the same seed gives the same order, another one another', async () => {
  expect(await orderOf(1)).toBe(await orderOf(1));
  const orders = await Promise.all(Array.from({ length: 20 }, (_, seed) => orderOf(seed)));
  expect(new Set(orders).size).toBe(20);
});

test('what is due earlier comes first, however it was asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 50 })),
      fc.integer(),
      async (waits, seed) => {
        const schedule = scheduleOf(seed);
        const life = new Life('one');
        const seen: number[] = [];
        for (const ms of waits) schedule.after(ms, life, 'wait', () => seen.push(ms));
        await toTheEnd(schedule);
        expect(seen).toEqual(waits.toSorted((a, b) => a - b));
      },
    ),
  );
});

test('a killed life takes no step, a frozen one takes its steps later', async () => {
  const schedule = scheduleOf(7);
  const [killed, frozen, other] = ['killed', 'frozen', 'other'].map((name) => new Life(name));
  const seen: string[] = [];
  for (const life of [killed!, frozen!, other!]) {
    schedule.after(10, life, 'wait', () => seen.push(`${life.name} at ${schedule.nowMs}`));
  }
  killed!.isAlive = false;
  frozen!.frozenUntil = 500;
  await toTheEnd(schedule);
  expect(seen).toEqual(['other at 11', 'frozen at 500']);
});

test('a life has a clock of its own, which may step back; the monotonic one does not', () => {
  const schedule = scheduleOf(3);
  const life = new Life('one');
  const time = timeOf(schedule, life, SeededRandomness.of(3));
  const before = time.now();
  life.clockOffsetMs = -60_000;
  expect(time.now()).toBe(before - 60_000);
  expect(time.monotonicMs()).toBe(1);
});

test('forks do not depend on how often others were drawn from', () => {
  const [one, other] = [SeededRandomness.of(5), SeededRandomness.of(5)];
  for (let index = 0; index < 10; index += 1) one.fork('a').next();
  one.next();
  expect(one.fork('b').newId()).toBe(other.fork('b').newId());
});

test('ids are random UUIDs', () => {
  const randomness = SeededRandomness.of(11);
  const ids = Array.from({ length: 1_000 }, () => randomness.newId());
  expect(new Set(ids).size).toBe(1_000);
  expect(
    ids.every((id) =>
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
    ),
  ).toBe(true);
});
