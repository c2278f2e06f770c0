// The simulator as the suite runs it: two thousand shops, each with its own faults, and no law
// broken; the same again in another process; and nothing of the real world within reach.
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { guard, RealWorldError } from './guard.js';
import { LARGE_ORDERS, orderLaws } from './laws/exercised.js';
import { OUTSIDE_FAULTS } from './outside/faults.js';
import { INSIDE_FAULTS } from './scenario.js';

interface Summary {
  readonly seeds: number;
  readonly steps: number;
  readonly broken: readonly unknown[];
  readonly faults: Readonly<Record<string, number>>;
  /** By law about orders: of how many orders, mails or messages it judged something amid faults. */
  readonly exercises: Readonly<Record<string, number>>;
  readonly traceHash: string;
}

const program = fileURLToPath(new URL('simulate.ts', import.meta.url));
const compiling = fileURLToPath(new URL('../support/run-typescript.js', import.meta.url));

/** Answers also where a law is broken, for the summary says so. */
async function simulated(...args: readonly string[]): Promise<Summary> {
  const command = ['--import', compiling, program, '--json', ...args];
  const running = promisify(execFile)(process.execPath, command);
  const { stdout } = await running.catch((error: unknown) => {
    const said = error as { readonly code: unknown; readonly stdout: string };
    if (said.code !== 1) throw error;
    return said;
  });
  return JSON.parse(stdout) as Summary;
}

test('no law breaks in 2,000 runs, and every fault happens in them', async () => {
  const asked = ['--seeds', '2000', '--steps', '200', '--payments', 'false'];
  const { broken, seeds, faults } = await simulated(...asked);
  expect(broken).toEqual([]);
  expect(seeds).toBe(2_000);
  expect(INSIDE_FAULTS.filter((fault) => faults[fault] === undefined)).toEqual([]);
}, 600_000);

/** So many orders, mails or messages at least that each law about orders judged amid faults. */
const JUDGED = 20;

test('nor where orders are paid, while everything outside goes wrong', async () => {
  const asked = ['--from', '1', '--seeds', '40', '--steps', '4000', '--payments', 'true'];
  const { broken, seeds, faults, exercises } = await simulated(...asked);
  expect([seeds, broken]).toEqual([40, []]);
  expect(OUTSIDE_FAULTS.filter((fault) => faults[fault] === undefined)).toEqual([]);
  expect(orderLaws.filter((law) => (exercises[law] ?? 0) < JUDGED)).toEqual([]);
}, 600_000);

test('nor where somebody orders hundreds of lines amid faults', async () => {
  const asked = ['--from', '82', '--seeds', '1', '--steps', '4000', '--payments', 'true'];
  const { broken, exercises } = await simulated(...asked, '--bulk', '300', '--erasures', 'false');
  expect(broken).toEqual([]);
  expect(exercises[LARGE_ORDERS]).toBeGreaterThan(0);
}, 300_000);

const LONG = ['--steps', '4000'];

/** They have broken a law: the seed, how long its run has to be, and whether orders are shipped. */
test.each([
  ['posts what a replaced leader did not have', '5140', '4000', 'false'],
  ['closes a cart while a product is counted for the first time', '18', '4000', 'false'],
  ['charges an order with its shipping and taxes', '5000', '4000', 'true'],
])(
  'a run that %s',
  async (_what, seed, steps, delivery) => {
    const people = ['--payments', 'true', '--claims', 'false', '--delivery', delivery];
    people.push('--erasures', 'false');
    const asked = ['--from', seed, '--seeds', '1', '--steps', steps, ...people];
    const { broken, seeds } = await simulated(...asked);
    expect([seeds, broken]).toEqual([1, []]);
  },
  300_000,
);

/** It shows with no other faults. */
const OF_ROWS = new Set(['killed', 'frozen', 'clockMoved', 'rowsAway', 'rowsFull', 'roleLost']);

test('a run that erases somebody while the rows are away', async () => {
  const without = [...INSIDE_FAULTS, ...OUTSIDE_FAULTS].filter((fault) => !OF_ROWS.has(fault));
  const people = ['--payments', 'true', '--claims', 'false', '--delivery', 'false'];
  people.push('--erasures', 'true', '--without', without.join(','));
  const { broken, seeds } = await simulated('--from', '438', '--seeds', '1', ...people, ...LONG);
  expect([seeds, broken]).toEqual([1, []]);
}, 300_000);

/** The same, where nobody pays: the seed, and how long its run has to be. */
test.each([
  ['lets an instance follow that lost its role with a commit', '160', '400'],
  ['knows the end of a log whose store goes quiet', '1097', '400'],
])(
  'a run that %s',
  async (_what, seed, steps) => {
    const asked = ['--from', seed, '--seeds', '1', '--steps', steps, '--payments', 'false'];
    const { broken, seeds } = await simulated(...asked);
    expect([seeds, broken]).toEqual([1, []]);
  },
  300_000,
);

test('the same seeds give the same runs, in other processes and however they are shared out', async () => {
  const asked = ['--from', '5000', '--seeds', '40', '--steps', '300'];
  const [one, two] = [await simulated(...asked, '--workers', '1'), await simulated(...asked)];
  expect(one.traceHash).toMatch(/^[0-9a-f]+$/);
  expect(two.traceHash).toBe(one.traceHash);
  expect(two.steps).toBe(one.steps);
}, 300_000);

test.each<[string, () => unknown]>([
  ['the clock', () => Date.now()],
  ['the instant of now', () => new Date()],
  ['a clock that does not step', () => performance.now()],
  ['chance', () => Math.random()],
  ['a timer', () => setTimeout(() => undefined, 0)],
  ['a turn of the real loop', () => setImmediate(() => undefined)],
  ['the network', () => fetch('http://127.0.0.1/')],
])('%s cannot be reached while a run is on', (_, reach) => {
  const doors = guard();
  let thrown: unknown;
  // Jest's own matchers reach the real world, so none is asked before the doors are lifted.
  try {
    reach();
  } catch (error) {
    thrown = error;
  }
  doors.lift();
  expect(thrown).toBeInstanceOf(RealWorldError);
  expect(doors.reached).toBe(thrown);
});

test('what is not of now stays within reach, and all of it comes back', () => {
  const doors = guard();
  const instant = new Date('2026-11-02T08:00:00.000Z').getTime();
  doors.lift();
  expect(instant).toBe(1_793_606_400_000);
  expect(Date.now()).toBeGreaterThan(instant - 10 ** 12);
  expect(randomUUID()).toHaveLength(36);
});
