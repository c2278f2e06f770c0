// The relay to Kafka inside of the service, where brokers are set.
import type { Logger } from '../http/log.js';
import type { RelayStatus } from '../relay/relay.js';
import { RelayThread } from '../relay/relay-thread.js';
import type { Config } from './config.js';
import type { EventLog } from './event-log.js';
import type { StartedParts } from './started-parts.js';

/** Also as health shows a reaction; a relay parks nothing. */
export interface RunningRelay {
  readonly name: string;
  readonly parked: () => Promise<number>;
  readonly status: () => RelayStatus;
}

/** Undefined without brokers. A Kafka that is away delays nothing: the relay catches up later. */
export function startRelay(
  { kafka, dataDir, databaseUrl }: Config,
  { connectionString }: Pick<EventLog, 'connectionString'>,
  log: Pick<Logger, 'warn'>,
  parts: StartedParts,
): RunningRelay | undefined {
  if (kafka === undefined) return undefined;
  const { layout, transactions, ...connection } = kafka;
  const thread = RelayThread.start({
    ...{ connectionString, dataDir, databaseUrl, layout, transactions },
    kafka: connection,
    onFault: (reason) => log.warn({ reason }, 'the relay to Kafka could not go on, and retries'),
  });
  parts.addActivity('relay', () => thread.stop());
  return { name: 'kafka-relay', status: () => thread.status, parked: () => Promise.resolve(0) };
}
