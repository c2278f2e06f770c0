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
    const task = { brokers: brokers(), topic: 'frozen', run: newRun(), events: 20_000 };
    const relay = startRelay({ ...task, transactions: 'auto' });
    await untilConsumed(task.brokers, task.topic, 1_000);
    cluster.freeze();
    expect(await relay.firstFault).toMatch(/^fault: KafkaUnavailableError/);
    cluster.thaw();
    expect(await relay.exit).toEqual([0, null]);
    await expectEachOnce(task.brokers, task.topic, task.events);
  }, 120_000);
});
