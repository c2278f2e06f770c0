// A relay in a process of its own, of a log in memory, to one topic. It dies where it is told to, and
// prints a line for each fault from which it recovers.
//   node --import ./test/support/run-typescript.js test/relay/mortal-relay.ts '{"brokers": "…", …}'
import { setImmediate as turn } from 'node:timers/promises';
import { Producer } from '@platformatic/kafka';
import { KafkaTopics } from '../../src/relay/kafka/kafka-topics.js';
import { relayedCategories } from '../../src/relay/layout.js';
import { Relay } from '../../src/relay/relay.js';
import type { TopicWriter, TransactionUse } from '../../src/relay/topics.js';
import { MemoryLog } from './memory-log.js';

export interface MortalRelayOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly events: number;
  /** See MemoryLog. */
  readonly run: string;
  readonly transactions: TransactionUse;
  /** It dies in this write, counted from 1; default: in none. */
  readonly diesInWrite?: number;
  /** While the brokers have not answered, before the commit of its records, or after all. */
  readonly diesWhen?: 'on the way' | 'uncommitted' | 'answered';
}

const options = JSON.parse(process.argv[2] ?? '{}') as MortalRelayOptions;
const { brokers, topic, events, run, transactions, diesInWrite, diesWhen } = options;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

class MortalTopics extends KafkaTopics {
  override async openWriter(id: string, use: TransactionUse): Promise<TopicWriter> {
    const writer = await super.openWriter(id, use);
    let writes = 0;
    return {
      isTransactional: writer.isTransactional,
      close: () => writer.close(),
      write: async (records) => {
        writes += 1;
        if (writes === diesInWrite && diesWhen === 'uncommitted') dieInsteadOfCommit();
        const written = writer.write(records);
        if (writes !== diesInWrite) return written;
        // The request leaves the process in the next turns of its loop.
        if (diesWhen === 'on the way') for (let turns = 0; turns < 3; turns += 1) await turn();
        else await written;
        die();
        return written;
      },
    };
  }
}

/** The brokers have the records of the next transaction, and its end never comes. */
function dieInsteadOfCommit(): void {
  const begin = Reflect.get(Producer.prototype, 'beginTransaction') as Begin;
  const beginWithoutEnd: Begin = async function (...given) {
    const transaction = await begin.apply(this, given);
    transaction.commit = () => {
      die();
      return Promise.resolve();
    };
    return transaction;
  };
  Reflect.set(Producer.prototype, 'beginTransaction', beginWithoutEnd);
}

type Begin = (this: Producer, ...given: unknown[]) => Promise<Ending>;

interface Ending {
  commit: () => Promise<void>;
}

const topics = new MortalTopics({ brokers: brokers.split(','), answerMs: 1_000 });
await Relay.run({
  ...{ topics, transactions, to: 'end', batchSize: 200 },
  store: new MemoryLog(events, 200, run),
  layout: new Map(relayedCategories.map((category) => [category, topic])),
  lock: {
    hold: () => Promise.resolve(new AbortController().signal),
    close: () => Promise.resolve(),
  },
  onFault: (fault) => console.log(`fault: ${String(fault)}`),
  signal: new AbortController().signal,
});
await topics.close();
