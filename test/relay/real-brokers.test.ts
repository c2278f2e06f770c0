// The relay against a real Kafka, with kcat as the consumer: what it promises with transactions and
// without, with relays that are shut out and transactions that never ended.
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { whyNoEngine } from '../../embedded-node/test/contract/real-server.js';
import { everyRelayTest, everyTakeoverTest, everyTransactionTest } from './broker-suite.js';
import { whyNoKcat } from './kcat.js';
import { namedBrokers, type RealKafka, startRealKafka } from './real-kafka.js';

function onKafka(name: string, start: () => Promise<RealKafka>): void {
  describe(name, () => {
    let kafka: RealKafka | undefined;
    beforeAll(async () => {
      kafka = await start();
    }, 240_000);
    afterAll(() => kafka?.stop());
    const brokers = () => kafka?.brokers ?? '';
    everyRelayTest({ brokers }, ['required', 'off']);
    everyTakeoverTest({ brokers }, ['required', 'off']);
    everyTransactionTest({ brokers });
  });
}

const left = () => Promise.resolve();
const skipped = (name: string, why: string) =>
  test.skip(`${name} (skipped: ${why})`, () => undefined);

if (whyNoKcat !== undefined) {
  skipped('a real Kafka', whyNoKcat);
} else {
  if (namedBrokers === undefined) {
    skipped('the Kafka of TEST_KAFKA_BROKERS', 'it is not set');
  } else {
    const named = { brokers: namedBrokers, stop: left };
    onKafka('the Kafka of TEST_KAFKA_BROKERS', () => Promise.resolve(named));
  }
  if (whyNoEngine === undefined) {
    onKafka('a Kafka in a container', startRealKafka);
  } else {
    skipped('a Kafka in a container', `no container engine answers: ${whyNoEngine}`);
  }
}
