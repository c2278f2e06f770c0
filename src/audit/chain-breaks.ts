// Classifies breaks of hash chains: altered, written by two instances at once, or mended.
import { type BrokenLink, brokenLinkInWords } from '../event-store/chain.js';
import type { EventStore } from '../event-store/event-store.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { type ChainMend, isAbout, isSignedBy, placeOf, readMends } from './chain-mend.js';
import { type OtherVersion, otherVersionOf, twiceWritable } from './two-writers.js';

export type Verdict =
  /** A signed event accounts for the break. */
  | 'mended'
  /** Proven: no event was altered. */
  | 'two writers'
  /** It is unknown whether two instances wrote at once or an event was altered. */
  | 'unclear'
  | 'altered';

export interface JudgedBreak {
  readonly broken: BrokenLink;
  readonly verdict: Verdict;
  /** Of two writers: why nothing was altered. */
  readonly proof?: string;
  /** One line. */
  readonly words: string;
}

/**
 * Reconstructing another instance's version takes up to a second, and this many lines are enough.
 */
const MOST_LOOKED_INTO = 100;
/** The command before a break has few events; one more contains the link before it. */
const LOOK_BACK = 64;

/** @param publicKey PEM; mends signed by its private key are trusted; undefined: none are */
export async function judgeBreaks(
  log: Pick<EventStore, 'readStream'>,
  breaks: readonly BrokenLink[],
  publicKey: string | undefined,
): Promise<readonly JudgedBreak[]> {
  if (breaks.length === 0) return [];
  const mends = await readMends(log);
  const judged: JudgedBreak[] = [];
  let lookedInto = 0;
  for (const broken of breaks) {
    const mend = mends.get(placeOf(broken));
    if (mend !== undefined) judged.push(judgedByMend(broken, mend, publicKey));
    else if (broken.chain === undefined || lookedInto >= MOST_LOOKED_INTO) {
      judged.push({ broken, verdict: 'altered', words: brokenLinkInWords(broken) });
    } else {
      lookedInto += 1;
      judged.push(judgedByEvents(broken, await eventsUpTo(log, broken)));
    }
  }
  return judged;
}

function judgedByMend(
  broken: BrokenLink,
  mend: ChainMend,
  publicKey: string | undefined,
): JudgedBreak {
  const place = placeOf(broken);
  if (!isSignedBy(publicKey, mend)) {
    const words = `${place}: its chain was mended with another key; give that key with --public-key`;
    return { broken, verdict: 'altered', words };
  }
  if (!isAbout(mend, broken)) {
    const words = `${place}: it or an earlier event was altered after its chain was mended at ${mend.at}`;
    return { broken, verdict: 'altered', words };
  }
  const words = `${place}: its chain was mended at ${mend.at}: ${mend.because}`;
  return { broken, verdict: 'mended', words };
}

function judgedByEvents(broken: BrokenLink, events: readonly StoredEvent[]): JudgedBreak {
  const other = otherVersionOf(events);
  if (other !== undefined) {
    const proof = `written by two instances at once, and nothing was altered: ${inWords(other)}`;
    const words = `${placeOf(broken)}: ${proof}; mend it with "cartograph audit mend-chain"`;
    return { broken, verdict: 'two writers', proof, words };
  }
  if (twiceWritable(events).length === 0) {
    return { broken, verdict: 'altered', words: brokenLinkInWords(broken) };
  }
  const words = `${brokenLinkInWords(broken)}; or two instances of an earlier release wrote revision ${broken.revision - 1} at once, with inputs that cannot be reconstructed`;
  return { broken, verdict: 'unclear', words };
}

export function inWords({ revision, laterByMs, quantity }: OtherVersion): string {
  const when =
    laterByMs === 0
      ? 'of the same millisecond'
      : `${Math.abs(laterByMs)} ms ${laterByMs > 0 ? 'later' : 'earlier'}`;
  const what = quantity === undefined ? when : `with quantity ${quantity}, ${when}`;
  return `one of them took its own version of revision ${revision} (${what}) for the stored one`;
}

async function eventsUpTo(
  log: Pick<EventStore, 'readStream'>,
  { stream, revision }: BrokenLink,
): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  const from = Math.max(0, revision - LOOK_BACK);
  const maxCount = revision - from + 1;
  for await (const stored of log.readStream(stream, { from, maxCount })) events.push(stored);
  return events;
}
