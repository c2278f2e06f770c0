// The relay's thread in the service: decoding and encoding events must not delay mutations. The
// loop is in relay.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../errors/reason-of.js';
import { EventStore } from '../event-store/event-store.js';
import type { KafkaConnection } from './kafka/connection.js';
import { KafkaTopics } from './kafka/kafka-topics.js';
import { type LockPlace, openRelayLock } from './open-lock.js';
import { Relay, type RelayStatus } from './relay.js';
import type { TransactionUse } from './topics.js';

export interface RelayWorkerData extends LockPlace {
  readonly connectionString: string;
  readonly kafka: KafkaConnection;
  /** The topic of each category. */
  readonly layout: ReadonlyMap<string, string>;
  readonly transactions: TransactionUse;
}

export type FromRelay =
  | { readonly type: 'status'; readonly status: RelayStatus }
  | { readonly type: 'fault'; readonly reason: string };

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const { connectionString, kafka, layout, transactions, ...place } = workerData as RelayWorkerData;

const stopping = new AbortController();
parent.once('message', () => stopping.abort());
const tell = (message: FromRelay) => parent.postMessage(message);
const store = EventStore.connect(connectionString);
const topics = new KafkaTopics(kafka);
const lock = openRelayLock(place);
await Relay.run({
  ...{ store, topics, lock, layout, transactions, signal: stopping.signal },
  // It shares the machine's cores with commands.
  ...{ isPaced: true, batchSize: 1_000 },
  listener: (status) => tell({ type: 'status', status }),
  onFault: (fault) => tell({ type: 'fault', reason: reasonOf(fault) }),
});
await topics.close();
await lock.close();
await store.close();
parent.close();
