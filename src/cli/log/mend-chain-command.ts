// `cartograph audit mend-chain`: parses the options, and prints the outcome of each break.
import { signingKey, trustedKey } from '../../audit/audit-keys.js';
import {
  isMendReason,
  mendChains,
  type MendOutcome,
  mendReasonRule,
} from '../../audit/mend-chains.js';
import { chainedPrefixes } from '../../projections/shop-events.js';
import type { Config } from '../../service/config.js';
import { CommandFailure, EXIT } from '../exit.js';
import { operatorName } from '../operator.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';

export interface MendOptions {
  readonly dryRun: boolean;
  /** Places of breaks to mend without a proof that no event was altered. */
  readonly accept: readonly string[];
  readonly reason?: string;
}

export async function runMendChain(config: Config, options: MendOptions): Promise<number> {
  const { accept, dryRun, reason = '' } = options;
  if (accept.length > 0 && !isMendReason(reason)) {
    throw new CommandFailure(EXIT.usage, `--accept needs a --reason of ${mendReasonRule}`);
  }
  const outcome = await withExistingStore(config, async (store) => {
    const keys = dryRun
      ? { publicKey: await trustedKey(config.dataDir) }
      : { privateKey: await signingKey(config.dataDir) };
    const operator = operatorName() ?? `user ${process.getuid?.()}`;
    return mendChains(store, chainedPrefixes, { accept, reason: reason.trim(), operator, keys });
  });
  if (outcome.kind !== 'done') throw failureOf(outcome);
  const { breaks } = outcome;
  const labels = {
    'mended before': 'MENDED BEFORE',
    mended: dryRun ? 'WOULD MEND' : 'MENDED',
    left: 'DIFFERS',
  };
  for (const each of breaks) await print(`${labels[each.outcome]}  ${each.words}`);
  const left = breaks.filter((each) => each.outcome === 'left').length;
  if (breaks.length === 0) await print('No chain is broken: there is nothing to mend.');
  if (left > 0) await print(`${left} breaks are left; each may be an alteration.`);
  return left === 0 ? EXIT.done : EXIT.no;
}

function failureOf(outcome: Exclude<MendOutcome, { kind: 'done' }>): CommandFailure {
  switch (outcome.kind) {
    case 'not broken':
      return new CommandFailure(EXIT.usage, `--accept ${outcome.place}: no chain is broken there`);
    case 'altered':
      return new CommandFailure(
        EXIT.no,
        `--accept ${outcome.place}: two instances cannot have caused this break, so it cannot be mended`,
      );
    case 'busy':
      return new CommandFailure(
        EXIT.no,
        'Another mend-chain is running. Run this again after it has ended.',
      );
  }
}
