// Brokers that do not do their part, through the real client library: which of their faults a relay
// waits out, and which it tells an operator.
import { afterEach, describe, expect, test } from '@jest/globals';
import { protocolErrors, ProtocolError } from '@platformatic/kafka';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { kafkaError } from '../../src/relay/kafka/kafka-errors.js';
import { KafkaTopics } from '../../src/relay/kafka/kafka-topics.js';
import type { KafkaSignIn } from '../../src/relay/kafka/sign-in.js';
import { Cleanup } from '../event-store/nodes.js';
import {
  aloneWithoutTopics,
  API_VERSIONS,
  coordinator,
  fakeBroker,
  type FakeAnswer,
  FIND_COORDINATOR,
  framed,
  int16,
  int32,
  METADATA,
  NO_TAGS,
  oldVersions,
  topicError,
  transactionMsIn,
  versions,
} from './fake-broker.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** The fault of looking for a topic. */
async function faultOf(brokers: readonly string[], signIn?: KafkaSignIn): Promise<Error> {
  const topics = new KafkaTopics({ brokers, answerMs: 200, signIn });
  try {
    await topics.findTopics(['carts']);
  } catch (error) {
    if (error instanceof Error) return error;
  } finally {
    await topics.close();
  }
  throw new Error('Nothing was wrong');
}

/** A port on which nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

/** Knows its versions, and says this to whatever comes next. */
const then =
  (answer: FakeAnswer): FakeAnswer =>
  (request) =>
    request.api === API_VERSIONS ? versions(request.correlation) : answer(request);

test('brokers that are not there are waited for', async () => {
  const fault = await faultOf([await closedPort(), await closedPort()]);
  expect(fault).toMatchObject({
    name: 'KafkaUnavailableError',
    message: expect.stringMatching(/ECONNREFUSED|Connection to 127/),
  });
});

test.each<[what: string, answer: FakeAnswer]>([
  ['cuts each connection', () => 'cut'],
  ['goes away amid an answer', ({ correlation }) => versions(correlation).subarray(0, 9)],
  ['says nothing', () => undefined],
  ['answers with nonsense', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['announces two gigabytes', () => Buffer.concat([int32(0x7fffffff), Buffer.alloc(100)])],
  ['answers another question', ({ correlation }) => versions(correlation + 1_000)],
  ['knows its versions, and cuts', then(() => 'cut')],
  ['knows its versions, and says nothing', then(() => undefined)],
  [
    'knows its versions, and says too little',
    then(({ correlation }) => framed(correlation, Buffer.alloc(3))),
  ],
])('a broker that %s is waited for', async (_, answer) => {
  const fault = await faultOf([await fakeBroker(cleanup, answer)]);
  expect(fault.name).toBe('KafkaUnavailableError');
});

test.each<[what: string, answer: FakeAnswer]>([
  ['that refuses the newest form of the first question', oldVersions],
  ['that lacks what is asked', ({ correlation }) => versions(correlation, [[API_VERSIONS, 0, 3]])],
])('a broker %s is too old', async (_, answer) => {
  const fault = await faultOf([await fakeBroker(cleanup, answer)]);
  expect(fault).toMatchObject({
    name: 'KafkaTooOldError',
    message: expect.stringContaining('the brokers do not support it'),
  });
});

test('a topic that the relay may not see is refused', async () => {
  const { code } = protocolErrors['TOPIC_AUTHORIZATION_FAILED']!;
  const answer = then(({ correlation }) => topicError(correlation, 'carts', code));
  expect(await faultOf([await fakeBroker(cleanup, answer)])).toMatchObject({
    name: 'KafkaRefusedError',
    message: expect.stringContaining('TOPIC_AUTHORIZATION_FAILED'),
  });
});

test('a sign-in that the brokers refuse is for an operator', async () => {
  const { code } = protocolErrors['UNSUPPORTED_SASL_MECHANISM']!;
  const refusal = Buffer.concat([int16(code), int32(0)]);
  const answer = then(({ correlation }) => framed(correlation, refusal));
  const signIn = { mechanism: 'PLAIN', username: 'a relay', password: 'a secret' } as const;
  const fault = await faultOf([await fakeBroker(cleanup, answer)], signIn);
  expect(fault.name).toBe('KafkaRefusedError');
});

test('brokers that answer in the clear to a relay that wants TLS are for an operator', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.write(framed(0, int16(0))));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanup.add(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  const topics = new KafkaTopics({ brokers: [`127.0.0.1:${port}`], isEncrypted: true });
  cleanup.add(() => topics.close());
  await expect(topics.findTopics(['carts'])).rejects.toMatchObject({
    name: 'KafkaRefusedError',
    message: expect.stringContaining('no TLS with the brokers: '),
  });
});

test.each([
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED'],
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'INVALID_CA'],
])('a certificate that is not trusted is for an operator: %s', (code) => {
  const cause = Object.assign(new Error('no trust'), { code });
  const fault = kafkaError('writing', new Error('not connected', { cause }));
  expect(fault).toMatchObject({
    name: 'KafkaRefusedError',
    message: expect.stringContaining('no trust'),
  });
});

test('a topic that is not there is no fault', async () => {
  const { code } = protocolErrors['UNKNOWN_TOPIC_OR_PARTITION']!;
  const answer = then(({ correlation }) => topicError(correlation, 'carts', code));
  const topics = new KafkaTopics({ brokers: [await fakeBroker(cleanup, answer)] });
  cleanup.add(() => topics.close());
  expect(await topics.findTopics(['carts'])).toEqual(new Map());
});

test('a transaction may stay open for all tries of all requests of a write', async () => {
  const { code } = protocolErrors['TRANSACTIONAL_ID_AUTHORIZATION_FAILED']!;
  let openMs: number | undefined;
  const answer = then((request) => {
    if (request.api === FIND_COORDINATOR) return coordinator(request.correlation, address);
    if (request.api === METADATA) return aloneWithoutTopics(request.correlation, address);
    openMs = transactionMsIn(request);
    const refusal = [NO_TAGS, int32(0), int16(code), Buffer.alloc(10), NO_TAGS];
    return framed(request.correlation, Buffer.concat(refusal));
  });
  const address = await fakeBroker(cleanup, answer);
  const topics = new KafkaTopics({ brokers: [address], answerMs: 2_000 });
  cleanup.add(() => topics.close());
  await expect(topics.openWriter('a-relay', 'required')).rejects.toThrow('AUTHORIZATION_FAILED');
  // To begin, to write and to commit: each three times.
  expect(openMs).toBe(18_000);
});

describe('what brokers say of a write', () => {
  const sorted = (name: string) => kafkaError('writing to topic carts', new ProtocolError(name));

  test.each([
    ...['KAFKA_STORAGE_ERROR', 'NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
    ...['NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE', 'REQUEST_TIMED_OUT'],
    ...['BROKER_NOT_AVAILABLE', 'NETWORK_EXCEPTION', 'COORDINATOR_LOAD_IN_PROGRESS'],
    ...['COORDINATOR_NOT_AVAILABLE', 'CONCURRENT_TRANSACTIONS', 'UNKNOWN_SERVER_ERROR'],
    ...['THROTTLING_QUOTA_EXCEEDED', 'CORRUPT_MESSAGE'],
  ])('%s passes by itself', (name) => {
    expect(sorted(name)).toMatchObject({
      name: 'KafkaUnavailableError',
      message: expect.stringMatching(/^Kafka is unavailable: writing to topic carts: /),
    });
  });

  test.each([
    ...['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'],
    ...['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'SASL_AUTHENTICATION_FAILED'],
    ...['INVALID_TOPIC_EXCEPTION', 'POLICY_VIOLATION', 'MESSAGE_TOO_LARGE'],
    ...['RECORD_LIST_TOO_LARGE', 'INVALID_REPLICATION_FACTOR', 'INVALID_TIMESTAMP'],
    ...['INVALID_RECORD', 'INVALID_CONFIG', 'INVALID_PARTITIONS'],
  ])('%s is for an operator', (name) => {
    expect(sorted(name)).toMatchObject({
      name: 'KafkaRefusedError',
      message: expect.stringContaining(`${name}: `),
    });
  });

  test.each(['UNSUPPORTED_VERSION', 'UNSUPPORTED_FOR_MESSAGE_FORMAT'])('%s is too old', (name) => {
    expect(sorted(name).name).toBe('KafkaTooOldError');
  });

  test.each(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'])('%s is another relay', (name) => {
    expect(sorted(name).name).toBe('RelayFencedError');
  });

  test('an error deep inside of others counts', () => {
    const inner = new ProtocolError('POLICY_VIOLATION');
    const outer = new AggregateError([new Error('first'), new Error('second', { cause: inner })]);
    const fault = kafkaError('writing', Object.assign(new Error('failed'), { cause: outer }));
    expect(fault.name).toBe('KafkaRefusedError');
  });
});
