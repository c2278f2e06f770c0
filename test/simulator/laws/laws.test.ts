// Each law holds in every run of a shop without faults, and each is broken by what a fault of its
// kind would leave: a law that cannot fail would hold nothing.
import { describe, expect, test } from '@jest/globals';
import { allLaws } from './all-laws.js';
import type { Alteration } from './alterations.js';
import * as answers from './faulty-answers.js';
import * as claims from './faulty-claims.js';
import * as logs from './faulty-logs.js';
import * as orders from './faulty-orders.js';
import * as people from './faulty-people.js';
import * as rows from './faulty-rows.js';
import * as terms from './faulty-terms.js';
import { breachesOf } from './evidence.js';
import { type Law } from './law.js';
import { modelRun, modelSetting, type WholeEvidence } from './model-run.js';

const RUNS = 32;

const faultsOf = (law: string): Readonly<Record<string, Alteration>> => ({
  ...answers.faults[law],
  ...logs.faults[law],
  ...rows.faults[law],
  ...orders.faults[law],
  ...claims.faults[law],
  ...terms.faults[law],
  ...people.faults[law],
});

const runs: Promise<WholeEvidence>[] = [];
const runOf = (seed: number) => (runs[seed] ??= modelRun(seed));

describe('a shop without faults', () => {
  test('breaks no law', async () => {
    for (let seed = 0; seed < RUNS; seed += 1) {
      const breaches = breachesOf(allLaws, modelSetting, await runOf(seed));
      expect([seed, breaches]).toEqual([seed, []]);
    }
  });

  test('comes to the answers that the laws are about', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < RUNS; seed += 1) {
      for (const record of (await runOf(seed)).history) {
        if (record.kind === 'asked') seen.add(record.intent.kind);
        if (record.kind !== 'replied') continue;
        const { reply } = record;
        seen.add('code' in reply ? reply.code : reply.kind);
      }
    }
    const expected = ['accepted', 'push', 'left', 'LOST', 'CONFLICT', 'COMMAND_ID_REUSED'];
    const codes = ['CART_CLOSED', 'TOTAL_CHANGED', 'QUANTITY_LIMIT', 'EVENT_NOT_UNDERSTOOD'].concat(
      ['OUT_OF_STOCK', 'COUPON_EXHAUSTED', 'ORDER_STATUS', 'REFUND_LIMIT'],
    );
    const asked = [
      'change catalogue',
      'change order',
      'read past',
      'claim cart',
      'operate',
      'erase people',
      'write foreign',
    ];
    expect([...expected, ...codes, ...asked].filter((one) => !seen.has(one))).toEqual([]);
  });

  test('is told by one seed to the last record', async () => {
    const [one, again] = [await modelRun(7), await modelRun(7)];
    expect(JSON.stringify(one.history)).toBe(JSON.stringify(again.history));
  });
});

test('every law has faults that it must see, and no fault is without its law', () => {
  const lawful = [answers, logs, rows, orders, claims, terms, people].flatMap(({ faults }) =>
    Object.keys(faults),
  );
  expect([...new Set(lawful)].sort()).toEqual(allLaws.map(({ name }) => name).sort());
});

/** What a law says of the first run in which there is something to alter. */
async function saidOf(law: Law, alter: Alteration): Promise<readonly string[]> {
  for (let seed = 0; seed < RUNS; seed += 1) {
    const altered = alter(await runOf(seed));
    if (altered === undefined) continue;
    return breachesOf([law], modelSetting, altered).map(({ words }) => words);
  }
  throw new Error('No run has anything of the kind');
}

describe.each(allLaws.map((law) => ({ law, promise: law.promise })))('$promise', ({ law }) => {
  test.each(Object.entries(faultsOf(law.name)))('broken: %s', async (_what, alter) => {
    expect(await saidOf(law, alter)).not.toEqual([]);
  });
});

test('what was in the log before the history began is judged by no law', async () => {
  const earlier = await runOf(3);
  const last = earlier.log.at(-1)!.position;
  const setting = { ...modelSetting, othersUpTo: last };
  const evidence = { log: earlier.log, history: [], commits: earlier.commits };
  expect(breachesOf(allLaws, setting, evidence)).toEqual([]);
  const unmarked = breachesOf(allLaws, modelSetting, evidence).map(({ law }) => law);
  expect(unmarked).toContain('nothing unasked');
});
