// A real Kafka for the suites that it must pass: the one that TEST_KAFKA_BROKERS names, and one in
// a container where an engine answers. One that is named may hold anything, is left running, and
// keeps the topics that the suites make; their names are new in each run.
import { GenericContainer, Wait } from 'testcontainers';
import { environmentOfService, compose } from '../deploy/compose.js';
import { lastingPort } from '../support/lasting-port.js';

export interface RealKafka {
  /** Such as `127.0.0.1:9094`. */
  readonly brokers: string;
  readonly stop: () => Promise<void>;
}

const START_MS = 120_000;

/** Undefined where none is named. */
export const namedBrokers = process.env['TEST_KAFKA_BROKERS'] || undefined;

/** As `docker compose --profile kafka up` runs it, on a port of its own. */
export async function startRealKafka(): Promise<RealKafka> {
  const service = compose.services['kafka']!;
  // Clients go on to the address that the broker advertises, so it has to know its port before.
  const port = await lastingPort();
  const outside = `OUTSIDE://127.0.0.1:${String(port)}`;
  const { KAFKA_ADVERTISED_LISTENERS = '', ...settings } = environmentOfService(service);
  const container = await new GenericContainer(service.image)
    .withEnvironment({
      ...settings,
      KAFKA_ADVERTISED_LISTENERS: KAFKA_ADVERTISED_LISTENERS.replace(/OUTSIDE:[^,]+/, outside),
    })
    .withExposedPorts({ container: 9094, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(START_MS)
    .start();
  return {
    brokers: `127.0.0.1:${String(port)}`,
    stop: async () => {
      await container.stop();
    },
  };
}
