// The log of failed requests: an outage is told when it begins and then by numbers, everything else
// each time.
import { expect, test } from '@jest/globals';
import { DeletedStreamError, StoreUnavailableError } from '../../src/event-store/errors.js';
import { factsOf } from '../../src/errors/catalogue.js';
import { FailureLog } from '../../src/graphql/failure-log.js';
import { HandTime } from '../support/hand-time.js';
import { ReadModelsUnavailableError } from '../../src/read-models/unavailable.js';

interface Line {
  readonly level: string;
  readonly line: string;
  readonly failures?: unknown;
  readonly err?: unknown;
}

function started() {
  const time = new HandTime();
  const lines: Line[] = [];
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, line: string) => {
    lines.push({ level, line, ...fields });
  };
  const log = new FailureLog({ error: at('error'), warn: at('warn') }, time);
  const failed = (error: Error, times = 1) => {
    const answer = factsOf(error)?.api;
    if (answer === undefined) throw new Error('It has no answer');
    for (let count = 0; count < times; count += 1) log.known(error, answer);
  };
  return { time, log, lines, failed };
}

const away = new StoreUnavailableError('no connection');

test('a thousand failures of one outage are one line, and one with their number', () => {
  const { time, lines, failed } = started();
  failed(away, 1_000);
  expect(lines).toEqual([{ level: 'warn', line: 'the event store is unavailable', err: away }]);
  time.passTo(10_000);
  expect(lines.slice(1)).toEqual([
    { level: 'warn', line: 'the event store is unavailable', failures: 999, withinMs: 10_000 },
  ]);
});

test('an outage is counted on for as long as it lasts, and logged with its cause when it is back', () => {
  const { time, lines, failed } = started();
  failed(away);
  for (const at of [5_000, 15_000, 25_000]) {
    time.passTo(at);
    failed(away, 2);
  }
  time.passTo(100_000);
  expect(lines.map(({ failures }) => failures)).toEqual([undefined, 2, 2, 2]);
  expect(time.timers).toBe(0);
  failed(away);
  expect(lines.at(-1)).toMatchObject({ err: away });
});

test('two outages at once are told apart', () => {
  const { lines, failed } = started();
  failed(away, 3);
  failed(new ReadModelsUnavailableError('gone'), 3);
  expect(lines.map(({ line }) => line)).toEqual([
    'the event store is unavailable',
    'the read models are unavailable',
  ]);
});

test('what concerns one stream, and what nobody foresaw, is logged each time', () => {
  const { log, lines, failed } = started();
  failed(new DeletedStreamError('cart-1'), 3);
  for (let count = 0; count < 3; count += 1) log.fault(new TypeError('x is not a function'));
  expect(lines.map(({ level }) => level)).toEqual([
    ...['warn', 'warn', 'warn'],
    ...['error', 'error', 'error'],
  ]);
});
