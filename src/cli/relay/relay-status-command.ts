// `cartograph relay status`: how far the topics are behind the log, read from both.
import { countMissing, type MissingCounts } from '../../relay/count-missing.js';
import type { Config } from '../../service/config.js';
import { EXIT } from '../exit.js';
import { print } from '../output.js';
import { patienceOf } from '../patience.js';
import type { WaitOption } from '../wait-option.js';
import { withExistingStore } from '../with-store.js';
import { withKafka } from './kafka-of.js';

export async function runRelayStatus(
  config: Config,
  options: WaitOption & { readonly json: boolean },
): Promise<number> {
  const patience = patienceOf(options, 'count');
  const counts = await withKafka(config, (topics, { layout }) =>
    withExistingStore(config, (store) => countMissing({ store, topics, layout }), patience),
  );
  const status = statusOf(counts, Date.now());
  await print(options.json ? JSON.stringify(status) : inWords(status));
  return status.lagEvents === 0 ? EXIT.done : EXIT.no;
}

type RelayLag = ReturnType<typeof statusOf>;

function statusOf(counts: MissingCounts, now: number) {
  const { byTopic, present, oldestMissingAt, standing, log } = counts;
  const lagEvents = [...byTopic.values()].reduce((sum, each) => sum + each, 0);
  return {
    log: log ?? null,
    lagEvents,
    lagMs: oldestMissingAt === undefined ? 0 : Math.max(0, now - oldestMissingAt),
    relayedEvents: present,
    lastPosition: standing?.last === undefined ? null : String(standing.last.position),
    /** How many relays have written, one after the other. */
    epoch: standing?.epoch ?? 0,
    missing: Object.fromEntries(byTopic),
  };
}

function inWords(lag: RelayLag) {
  const { log, lagEvents, lagMs, relayedEvents, lastPosition, epoch, missing } = lag;
  const place = lastPosition === null ? '' : `, the last at position ${lastPosition}`;
  return [
    ...(log === null ? [] : [`The log has the id ${log}`]),
    `${relayedEvents} events are in the topics${place}; ${epoch} relays have written`,
    ...Object.entries(missing).flatMap(([topic, events]) =>
      events === 0 ? [] : [`${topic}: ${events} events are missing`],
    ),
    lagEvents === 0
      ? 'The topics have every event of the log.'
      : `The topics are ${lagEvents} events and ${(lagMs / 1_000).toFixed(1)} s behind the log.`,
  ].join('\n');
}
