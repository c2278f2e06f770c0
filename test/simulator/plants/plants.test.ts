// The simulator is proven to see: each of these mistakes, put into the service, breaks a law within
// 20,000 seeds. Seeds that show them are known, so that this is quick. Any change of the service can
// move them: then the seeds that follow are tried. `npm run simulate -- --plant NAME` looks for others.
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { orderLaws } from '../laws/exercised.js';
import { allPlants } from './all-plants.js';
import type { FoundPlant } from './find-plants.js';

const STEPS = 400;
const SEEDS_TRIED = 1000;

/** A seed that shows each plant. */
const seeds: Readonly<Record<string, number>> = {
  'takes equal ids for equal events': 3,
  'tries again under new ids': 43,
  'appends at whatever revision a stream is': 8,
  'pushes what the store has not acknowledged': 3,
  'forgets which commands it has processed': 3,
  'decides on what it remembers alone': 4,
  'commits a checkpoint before its rows': 1,
  'projects without holding the role': 16,
  'leaves the last row of a batch out': 3,
  'projects from the end of the log after a fault': 7,
  'acknowledges an append without an answer': 225,
  'lets the time of a stream run backwards': 80,
  'takes a follower for fresh': 125,
  'puts a rebuild on standby before it has caught up': 10,
  'charges again under another key': 1,
  'records a payment before it happened': 1,
  'closes a cart without its units': 1,
  'uses a coupon once its cart has closed': 1,
  'gives back what a placed order holds': 1,
  'keeps what a cancelled order held': 4,
  'takes an old order for a fresh one': 1,
  'writes a payment token to the log': 1,
  'mails again what it has mailed': 1,
  'refunds again under another key': 54,
  'places two orders of one cart': 1,
  'orders a unit more than the cart has': 1,
  'plans a webhook under another id each time': 1,
  'takes a webhook for delivered that was refused': 1,
  "keeps the customer's lines where both were to stay": 1,
  'taxes by the rules that it has seen first': 1,
  'ships an order for nothing': 1,
  'merges a cart as it was before its last change': 1,
  'erases somebody and keeps the key': 5,
  'keeps a key that it made alone': 1,
};

const program = fileURLToPath(new URL('find-plants.ts', import.meta.url));
const compiling = fileURLToPath(new URL('../../support/run-typescript.js', import.meta.url));

async function found(plants: Readonly<Record<string, number>>): Promise<FoundPlant[]> {
  const pairs = Object.entries(plants).flatMap(([name, seed]) => [String(seed), name]);
  const command = ['--import', compiling, program, String(STEPS), String(SEEDS_TRIED), ...pairs];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  const lines = stdout.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as FoundPlant);
}

test('there is a seed within 20,000 for each of at least twenty plants', () => {
  expect(Object.keys(seeds).sort()).toEqual(allPlants.map(({ name }) => name).sort());
  expect(allPlants.length).toBeGreaterThanOrEqual(20);
  expect(Object.values(seeds).filter((seed) => seed > 20_000)).toEqual([]);
});

test('each plant breaks a law at its seed, or soon after', async () => {
  const plants = await found(seeds);
  expect(plants).toHaveLength(allPlants.length);
  expect(plants.filter(({ laws }) => laws.length === 0)).toEqual([]);
  // Each law about orders is broken by a mistake of the service, not by an altered log alone.
  const broken = new Set(plants.flatMap(({ laws }) => laws));
  expect(orderLaws.filter((law) => !broken.has(law))).toEqual([]);
}, 300_000);
