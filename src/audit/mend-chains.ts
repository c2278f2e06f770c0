// Mends the hash chains that two instances of an earlier release broke by writing at once. Running
// it again adds nothing.
import { ConflictError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import { systemTime, type Time } from '../waiting/time.js';
import { type JudgedBreak, judgeBreaks } from './chain-breaks.js';
import { appendMends, type NewMend, placeOf } from './chain-mend.js';
import { brokenLinksOf, publicKeyOf } from './signed-log-root.js';

export interface MendRequest {
  /** Places of breaks to mend without a proof that no event was altered. */
  readonly accept: readonly string[];
  /** Why the operator accepts them. */
  readonly reason: string;
  readonly operator: string;
  readonly keys: MendKeys;
}

/** PEM. Without a private key nothing is appended; the outcome is that of a dry run. */
export type MendKeys = { readonly privateKey: string } | { readonly publicKey: string | undefined };

export interface HandledBreak {
  readonly outcome: 'mended before' | 'mended' | 'left';
  /** One line. */
  readonly words: string;
}

export type MendOutcome =
  | { readonly kind: 'done'; readonly breaks: readonly HandledBreak[] }
  /** An accepted place has no break, or its break is an alteration. Nothing is mended. */
  | { readonly kind: 'not broken' | 'altered'; readonly place: string }
  /** Another mend runs at the same moment. Some of the breaks may be mended. */
  | { readonly kind: 'busy' };

/** Mends in one append, to stay far below the store's limit of 1 MiB. */
const MOST_AT_ONCE = 200;
const LONGEST_REASON = 200;

/** Whether a reason has only printable characters and is short enough to store. */
export function isMendReason(reason: string): boolean {
  return /^[^\p{Cc}]+$/u.test(reason.trim()) && reason.length <= LONGEST_REASON;
}

export const mendReasonRule = `1 to ${LONGEST_REASON} printable characters`;

/** @param prefixes prefixes of the names of the chained streams */
export async function mendChains(
  store: Pick<EventStore, 'readAll' | 'readStream' | 'append'>,
  prefixes: readonly string[],
  { accept, reason, operator, keys }: MendRequest,
  time: Time = systemTime,
): Promise<MendOutcome> {
  const key = 'privateKey' in keys ? keys.privateKey : undefined;
  const publicKey = 'privateKey' in keys ? publicKeyOf(keys.privateKey) : keys.publicKey;
  const judged = await judgeBreaks(store, await brokenLinksOf(store, prefixes), publicKey);
  const refusal = accept.map((place) => refusalOf(place, judged)).find((one) => one !== undefined);
  if (refusal !== undefined) return refusal;
  const mends = judged.flatMap((each) => mendOf(each, accept, reason));
  try {
    for (let done = 0; key !== undefined && done < mends.length; done += MOST_AT_ONCE) {
      await appendMends(store, mends.slice(done, done + MOST_AT_ONCE), key, { operator, time });
    }
  } catch (error) {
    if (error instanceof ConflictError) return { kind: 'busy' };
    throw error;
  }
  const mended = new Set(mends.map(({ broken }) => placeOf(broken)));
  return { kind: 'done', breaks: judged.map((each) => handled(each, mended)) };
}

/** Undefined for a place that an operator may accept. */
function refusalOf(place: string, judged: readonly JudgedBreak[]): MendOutcome | undefined {
  const verdict = judged.find(({ broken }) => placeOf(broken) === place)?.verdict;
  if (verdict === undefined) return { kind: 'not broken', place };
  return verdict === 'altered' ? { kind: 'altered', place } : undefined;
}

function mendOf(
  { broken, verdict, proof }: JudgedBreak,
  accept: readonly string[],
  reason: string,
): NewMend[] {
  if (proof !== undefined) return [{ broken, because: proof, isProven: true }];
  const isAccepted = verdict === 'unclear' && accept.includes(placeOf(broken));
  return isAccepted ? [{ broken, because: `accepted: ${reason}`, isProven: false }] : [];
}

function handled(
  { broken, verdict, words }: JudgedBreak,
  mended: ReadonlySet<string>,
): HandledBreak {
  if (verdict === 'mended') return { outcome: 'mended before', words };
  return { outcome: mended.has(placeOf(broken)) ? 'mended' : 'left', words };
}
