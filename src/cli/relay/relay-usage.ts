// The options of `relay`: events to Kafka, how far they are, and the comparison with the log.
import { Command, Option } from 'commander';
import type { Config, Environment } from '../../service/config.js';
import { configFrom, examples, running } from '../running.js';
import { waitOption, type WaitOption } from '../wait-option.js';
import type { RelayKafkaOptions } from './relay-kafka-command.js';

interface KafkaFlags {
  readonly brokers?: string;
  readonly topics?: string;
  readonly transactions?: string;
}

export function relayCommand(): Command {
  const command = new Command('relay').description(
    'relay every event to the topics of a Kafka, in order and once',
  );
  command.addCommand(kafkaCommand());
  command.addCommand(statusCommand());
  command.addCommand(verifyCommand());
  return command;
}

function kafkaCommand(): Command {
  return withKafka(new Command('kafka'))
    .description('relay until it is stopped; it goes on where the topics end')
    .option(
      '--transactions <use>',
      'auto: where the brokers have them; required; off (default: KAFKA_TRANSACTIONS, or auto)',
    )
    .option('--from <position>', 'leave out what is before this position (default: nothing)')
    .option(
      '--to <position>',
      'end after this position of the log, or after what it has now: end (default: do not end)',
    )
    .option(
      '--dry-run',
      'count what would be written to each topic, and write nothing; without brokers, what empty ' +
        'topics would get',
      false,
    )
    .addHelpText('after', examples('relay kafka --dry-run'))
    .action(
      running(async (options: KafkaFlags & RelayKafkaOptions) => {
        const { runRelayKafka } = await import('./relay-kafka-command.js');
        return runRelayKafka(await kafkaConfig(options), options);
      }),
    );
}

function statusCommand(): Command {
  return withKafka(new Command('status'))
    .description('print how far the topics are behind the log; exit code 1 if they are')
    .option('--json', 'print the result as one JSON object', false)
    .addOption(waitOption())
    .addHelpText('after', examples('relay status --brokers 127.0.0.1:9092'))
    .action(
      running(async (options: KafkaFlags & WaitOption & { json: boolean }) => {
        const { runRelayStatus } = await import('./relay-status-command.js');
        return runRelayStatus(await kafkaConfig(options), options);
      }),
    );
}

function verifyCommand(): Command {
  return withKafka(new Command('verify'))
    .description(
      'fold every read model from the topics alone, and compare with the log; exit code 1 if ' +
        'something differs',
    )
    .option('--json', 'print the result as one JSON object', false)
    .addOption(waitOption())
    .addHelpText('after', examples('relay verify --brokers 127.0.0.1:9092'))
    .action(
      running(async (options: KafkaFlags & WaitOption & { json: boolean }) => {
        const { runRelayVerify } = await import('./relay-verify-command.js');
        return runRelayVerify(await kafkaConfig(options), options);
      }),
    );
}

function withKafka(command: Command): Command {
  const brokers = 'such as kafka1:9092,kafka2:9092 (default: KAFKA_BROKERS)';
  const topics = 'topics of some categories, such as cart=carts,order=orders';
  return command
    .addOption(new Option('--brokers <list>', brokers))
    .addOption(new Option('--topics <list>', `${topics} (default: KAFKA_TOPICS)`));
}

function kafkaConfig({ brokers, topics, transactions }: KafkaFlags): Promise<Config> {
  const flags: Environment = {
    kafkaBrokers: brokers,
    kafkaTopics: topics,
    kafkaTransactions: transactions,
  };
  return configFrom(flags);
}
