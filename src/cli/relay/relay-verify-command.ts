// `cartograph relay verify`: folds every read model from the topics alone, and compares with the
// log.
import { loadPricing } from '../../pricing/pricing-module.js';
import { projectionsOf } from '../../projections/registry.js';
import { type TopicsVerification, verifyTopics } from '../../relay/verify-topics.js';
import type { Config } from '../../service/config.js';
import { CommandFailure, EXIT } from '../exit.js';
import { print } from '../output.js';
import { patienceOf } from '../patience.js';
import type { WaitOption } from '../wait-option.js';
import { withExistingStore } from '../with-store.js';
import { withKafka } from './kafka-of.js';

export async function runRelayVerify(
  config: Config,
  options: WaitOption & { readonly json: boolean },
): Promise<number> {
  const patience = patienceOf(options, 'verification');
  const projections = projectionsOf(await loadPricing(config.pricingRules));
  const result = await withKafka(config, (topics, { layout }) =>
    withExistingStore(
      config,
      async (store) => {
        const log = await store.firstEventId();
        if (log === undefined) throw new CommandFailure(EXIT.unavailable, 'The log is empty');
        return verifyTopics({ store, topics, layout, log, projections });
      },
      patience,
    ),
  );
  const shown = { ...result, comparedTo: String(result.comparedTo) };
  await print(options.json ? JSON.stringify(shown) : inWords(result));
  return result.differences.length === 0 ? EXIT.done : EXIT.no;
}

function inWords(verified: TopicsVerification): string {
  const { events, comparedTo, isBehind, readModels, duplicates, strangers } = verified;
  const { differences, moreDifferences } = verified;
  return [
    `${events} events of the topics compared with the log, to position ${comparedTo}`,
    ...(isBehind ? ['The log has more: the relay has not come to it yet'] : []),
    ...(duplicates > 0 ? [`${duplicates} records repeat an event and were passed over`] : []),
    ...(strangers > 0 ? [`${strangers} records are not of this log and were passed over`] : []),
    ...readModels.map(({ name, rows }) => `${name}: ${rows} rows`),
    ...differences.map((difference) => `DIFFERS  ${difference}`),
    ...(moreDifferences > 0 ? [`… and ${moreDifferences} more differences`] : []),
    differences.length === 0
      ? 'Every read model folded from the topics equals that of the log.'
      : 'There are differences.',
  ].join('\n');
}
