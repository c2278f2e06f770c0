// `cartograph audit mend-chain`: re-anchors the hash chains that two instances of an earlier
// release broke by writing at once. Running it again adds nothing.
import { userInfo } from 'node:os';
import { type JudgedBreak, judgeBreaks } from '../../audit/chain-breaks.js';
import { appendMends, type NewMend, placeOf } from '../../audit/chain-mend.js';
import { brokenLinksOf, publicKeyOf } from '../../audit/signed-log-root.js';
import { ConflictError } from '../../event-store/errors.js';
import { chainedPrefixes } from '../../projections/shop-events.js';
import type { Config } from '../../service/config.js';
import { signingKey, trustedKey } from './audit-keys.js';
import { CommandFailure, EXIT } from '../exit.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';

export interface MendOptions {
  readonly dryRun: boolean;
  /** Places whose breaks are mended although nothing proves that nothing was altered. */
  readonly accept: readonly string[];
  readonly reason?: string;
}

/** In one append, so that it stays far below the store's limit of 1 MiB. */
const MOST_AT_ONCE = 200;
const LONGEST_REASON = 200;

export async function runMendChain(config: Config, options: MendOptions): Promise<number> {
  const reason = reasonOf(options);
  const judged = await withExistingStore(config, async (store) => {
    const breaks = await brokenLinksOf(store, chainedPrefixes);
    const key = options.dryRun ? undefined : await signingKey(config);
    const publicKey = key === undefined ? await trustedKey(config, undefined) : publicKeyOf(key);
    const found = await judgeBreaks(store, breaks, publicKey);
    demandAcceptable(options.accept, found);
    const mends = found.flatMap((each) => mendOf(each, options.accept, reason));
    const by = { now: Date.now(), operator: userInfo().username };
    for (let done = 0; key !== undefined && done < mends.length; done += MOST_AT_ONCE) {
      await append(() => appendMends(store, mends.slice(done, done + MOST_AT_ONCE), key, by));
    }
    return found;
  });
  const isMended = ({ verdict, broken }: JudgedBreak) =>
    verdict === 'two writers' || options.accept.includes(placeOf(broken));
  const done = options.dryRun ? 'WOULD MEND' : 'MENDED';
  for (const each of judged) {
    const label = each.verdict === 'mended' ? 'MENDED BEFORE' : isMended(each) ? done : 'DIFFERS';
    await print(`${label}  ${each.words}`);
  }
  const left = judged.filter((each) => each.verdict !== 'mended' && !isMended(each)).length;
  if (judged.length === 0) await print('Every chain holds: there is nothing to mend.');
  if (left > 0) await print(`${left} breaks are left: nothing proves that nothing was altered.`);
  return left === 0 ? EXIT.done : EXIT.no;
}

function mendOf(
  { broken, verdict, words }: JudgedBreak,
  accept: readonly string[],
  reason: string,
): NewMend[] {
  if (verdict === 'two writers') {
    const because = words.slice(placeOf(broken).length + 2).replace(/; mend it with .*$/, '');
    return [{ broken, because, isProven: true }];
  }
  const isAccepted = verdict === 'unclear' && accept.includes(placeOf(broken));
  return isAccepted ? [{ broken, because: `accepted: ${reason}`, isProven: false }] : [];
}

/** @throws CommandFailure */
function reasonOf({ accept, reason = '' }: MendOptions): string {
  const isText = /^[^\p{Cc}]+$/u.test(reason.trim()) && reason.length <= LONGEST_REASON;
  if (accept.length === 0 || isText) return reason.trim();
  throw new CommandFailure(
    EXIT.usage,
    `--accept needs a --reason of 1 to ${LONGEST_REASON} printable characters`,
  );
}

/** @throws CommandFailure for what an operator must not answer for */
function demandAcceptable(accept: readonly string[], judged: readonly JudgedBreak[]): void {
  for (const place of accept) {
    const verdict = judged.find(({ broken }) => placeOf(broken) === place)?.verdict;
    if (verdict === undefined) {
      throw new CommandFailure(EXIT.usage, `--accept ${place}: no chain is broken there`);
    }
    if (verdict === 'altered') {
      throw new CommandFailure(
        EXIT.no,
        `--accept ${place}: no two instances can have caused this break, so it is not mended`,
      );
    }
  }
}

async function append(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    throw new CommandFailure(EXIT.no, 'Another mend-chain runs. Run this again when it has ended.');
  }
}
