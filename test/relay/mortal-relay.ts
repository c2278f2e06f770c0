// A relay in a process of its own, of a log in memory, to one topic. It dies where it is told to, and
// prints a line for each fault from which it recovers.
//   node --import ./test/support/run-typescript.js test/relay/mortal-relay.ts '{"brokers": "…", …}'
import { setImmediate as turn } from 'node:timers/promises';
import { KafkaTopics } from '../../src/relay/kafka/kafka-topics.js';
import { relayedCategories } from '../../src/relay/layout.js';
import { Relay } from '../../src/relay/relay.js';
import type { TopicWriter, TransactionUse } from '../../src/relay/topics.js';
import { MemoryLog } from './memory-log.js';

export interface MortalRelayOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly events: number;
  readonly transactions: TransactionUse;
  /** It dies in this write, counted from 1; default: in none. */
  readonly diesInWrite?: number;
  /** While the brokers have not answered, or after their answer. */
  readonly diesWhen?: 'on the way' | 'answered';
}

const options = JSON.parse(process.argv[2] ?? '{}') as MortalRelayOptions;
const { brokers, topic, events, transactions, diesInWrite, diesWhen } = options;

class MortalTopics extends KafkaTopics {
  override async openWriter(id: string, use: TransactionUse): Promise<TopicWriter> {
    const writer = await super.openWriter(id, use);
    let writes = 0;
    return {
      isTransactional: writer.isTransactional,
      close: () => writer.close(),
      write: async (records) => {
        writes += 1;
        const written = writer.write(records);
        if (writes !== diesInWrite) return written;
        // The request leaves the process in the next turns of its loop.
        if (diesWhen === 'on the way') for (let turns = 0; turns < 3; turns += 1) await turn();
        else await written;
        process.kill(process.pid, 'SIGKILL');
        return written;
      },
    };
  }
}

const topics = new MortalTopics({ brokers: brokers.split(','), answerMs: 1_000 });
await Relay.run({
  ...{ topics, transactions, to: 'end' },
  store: new MemoryLog(events, 200),
  layout: new Map(relayedCategories.map((category) => [category, topic])),
  lock: {
    hold: () => Promise.resolve(new AbortController().signal),
    close: () => Promise.resolve(),
  },
  onFault: (fault) => console.log(`fault: ${String(fault)}`),
  signal: new AbortController().signal,
});
await topics.close();
