// Opens the Kafka that a command was told of.
import { KafkaTopics } from '../../relay/kafka/kafka-topics.js';
import type { Config, KafkaConfig } from '../../service/config.js';
import { CommandFailure, EXIT } from '../exit.js';

/** @throws CommandFailure without brokers */
export async function withKafka<Result>(
  { kafka }: Config,
  work: (topics: KafkaTopics, kafka: KafkaConfig) => Promise<Result>,
): Promise<Result> {
  if (kafka === undefined) {
    throw new CommandFailure(EXIT.usage, 'Name the brokers with --brokers or KAFKA_BROKERS');
  }
  const topics = new KafkaTopics(kafka);
  try {
    return await work(topics, kafka);
  } finally {
    await topics.close();
  }
}
