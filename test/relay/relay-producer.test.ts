// The version in which the relay begins a transaction: the brokers' own ones need a right of theirs.
import { afterEach, expect, jest, test } from '@jest/globals';
import {
  addPartitionsToTxnV1,
  addPartitionsToTxnV3,
  addPartitionsToTxnV4,
  addPartitionsToTxnV5,
  kGetApi,
  Producer,
  produceV11,
} from '@platformatic/kafka';
import { RelayProducer } from '../../src/relay/kafka/relay-producer.js';

afterEach(() => {
  jest.restoreAllMocks();
});

const producer = new RelayProducer({ clientId: 'test', bootstrapBrokers: ['127.0.0.1:1'] });

interface Versioned {
  readonly version: number;
}

/** With brokers that know a request up to this version. */
function chosen(name: string, known: { readonly api: unknown }): Versioned | undefined {
  jest
    .spyOn(Producer.prototype, kGetApi)
    .mockImplementation((_name, callback) => callback(null, known.api as never));
  let found: Versioned | undefined;
  producer[kGetApi](name, (_error, api) => (found = api));
  return found;
}

test.each([
  [1, addPartitionsToTxnV1],
  [3, addPartitionsToTxnV3],
  [3, addPartitionsToTxnV4],
  [3, addPartitionsToTxnV5],
])('a transaction begins with version %i', (version, known) => {
  expect(chosen('AddPartitionsToTxn', known)?.version).toBe(version);
});

test('everything else is asked in the latest version that both know', () => {
  expect(chosen('Produce', produceV11)?.version).toBe(11);
});

test('an error is passed on', () => {
  const fault = new Error('away');
  jest
    .spyOn(Producer.prototype, kGetApi)
    .mockImplementation((_name, callback) => callback(fault, undefined));
  const callback = jest.fn();
  producer[kGetApi]('AddPartitionsToTxn', callback);
  expect(callback).toHaveBeenCalledWith(fault, undefined);
});
