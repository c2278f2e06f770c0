// The relay against the mock brokers of librdkafka, with kcat as the consumer. The mock takes
// transactions, and neither fences nor aborts.
import { beforeAll, expect, test } from '@jest/globals';
import {
  everyRelayTest,
  everyTakeoverTest,
  expectEachOnce,
  newRun,
  startRelay,
} from './broker-suite.js';
import { describeWithKcat, untilConsumed } from './kcat.js';
import { MockCluster } from './mock-cluster.js';

describeWithKcat('mock brokers', () => {
  let cluster: MockCluster;
  beforeAll(async () => {
    cluster = await MockCluster.start();
  });
  const brokers = () => cluster.brokers;

  everyRelayTest({ brokers }, ['off', 'auto']);
  everyTakeoverTest({ brokers }, ['off']);

  test('brokers that answer nothing until the relay has given an answer up', async () => {
    // A quick machine relays few events before the brokers freeze.
    for (let events = 20_000; ; events *= 4) {
      const task = { brokers: brokers(), topic: `frozen-${events}`, run: newRun(), events };
      const relay = startRelay({ ...task, transactions: 'auto' });
      await untilConsumed(task.brokers, task.topic, 1_000);
      cluster.freeze();
      const fault = await relay.firstFault.finally(() => cluster.thaw());
      expect(await relay.exit).toEqual([0, null]);
      await expectEachOnce(task.brokers, task.topic, task.events);
      if (fault === undefined) continue;
      expect(fault).toMatch(/^fault: KafkaUnavailableError/);
      return;
    }
  }, 120_000);
});
