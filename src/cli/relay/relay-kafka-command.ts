// `cartograph relay kafka`: relays until it is stopped, or up to a position.
import { reasonOf } from '../../errors/reason-of.js';
import { countMissing, type MissingCounts } from '../../relay/count-missing.js';
import { defaultLayout } from '../../relay/layout.js';
import { openRelayLock } from '../../relay/open-lock.js';
import { Relay, type RelayStatus } from '../../relay/relay.js';
import type { Config } from '../../service/config.js';
import { askedToStop } from '../../service/stop-signal.js';
import { CommandFailure, EXIT } from '../exit.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';
import { withKafka } from './kafka-of.js';

export interface RelayKafkaOptions {
  /** Positions of the log. */
  readonly from?: string;
  readonly to?: string;
  readonly dryRun: boolean;
}

export async function runRelayKafka(config: Config, options: RelayKafkaOptions): Promise<number> {
  const from = positionOf('--from', options.from);
  const to = options.to === 'end' ? 'end' : positionOf('--to', options.to);
  if (from !== undefined && typeof to === 'bigint' && to < from) {
    throw new CommandFailure(EXIT.usage, `--to ${to} is before --from ${from}`);
  }
  if (options.dryRun) return dryRun(config, { from, to });
  const isWhole = from === undefined && typeof to !== 'bigint';
  return withKafka(config, (topics, { layout, transactions }) =>
    withExistingStore(config, async (store) => {
      const stopping = new AbortController();
      void askedToStop(false).then(() => stopping.abort());
      const lock = openRelayLock(config);
      try {
        const status = await Relay.run({
          ...{ store, topics, lock, layout, transactions, from, to },
          endsWhenRefused: true,
          signal: stopping.signal,
          listener: teller(isWhole),
          onFault: (fault) => tell(`${reasonOf(fault)}: it is tried again`),
        });
        await print(summaryOf(status, from === undefined));
        return EXIT.done;
      } finally {
        await lock.close();
      }
    }),
  );
}

function positionOf(name: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new CommandFailure(EXIT.usage, `${name} must be a position of the log, not ${text}`);
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Says each change of the state. */
function teller(isWhole: boolean): (status: RelayStatus) => void {
  let told = '';
  return (status) => {
    if (status.state === told) return;
    told = status.state;
    const words = inWords(status, isWhole);
    if (words !== undefined) tell(words);
  };
}

function inWords({ state, isTransactional }: RelayStatus, isWhole: boolean): string | undefined {
  const way = isTransactional === true ? 'in transactions' : 'without transactions';
  switch (state) {
    case 'WAITING':
      return 'Another relay runs: this one waits';
    case 'CATCHING_UP':
      return `The relay follows the log and writes ${way}`;
    case 'LIVE':
      return `The topics have every event of ${isWhole ? 'the log' : 'what --from and --to name'}`;
    default:
      return undefined;
  }
}

function summaryOf({ written, duplicates, completeTo }: RelayStatus, isFromStart: boolean): string {
  const twice = duplicates === 0 ? '' : `, ${duplicates} of an earlier relay a second time`;
  const isKnown = isFromStart && completeTo !== null && completeTo >= 0n;
  const place = isKnown ? `; the topics are complete to position ${completeTo}` : '';
  return `${written} events were written${twice}${place}`;
}

async function dryRun(
  config: Config,
  range: { readonly from: bigint | undefined; readonly to: bigint | 'end' | undefined },
): Promise<number> {
  const count = (options: Pick<Parameters<typeof countMissing>[0], 'topics' | 'layout'>) =>
    withExistingStore(config, (store) => countMissing({ ...options, ...range, store }));
  const counts =
    config.kafka === undefined
      ? await count({ topics: undefined, layout: defaultLayout })
      : await withKafka(config, (topics, { layout }) => count({ topics, layout }));
  await print(countsInWords(counts));
  return EXIT.done;
}

function countsInWords({ byTopic, present }: MissingCounts): string {
  const lines = [...byTopic].map(([topic, events]) => `${topic}: ${events} events to write`);
  return [...lines, `${present} events are there already`].join('\n');
}
