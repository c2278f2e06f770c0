// A signed statement of the last event of every stream, up to a position. It reveals what hash
// chains alone cannot: a stream that was cut at its end, or a chain that was recomputed.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { z } from 'zod';
import { type BrokenLink, ChainCheck } from '../event-store/chain.js';
import type { EventStore } from '../event-store/event-store.js';
import { judgeBreaks } from './chain-breaks.js';

/** Stored format: change only by adding a version. */
const firstVersion = z.object({
  format: z.literal('cartograph-log-checkpoint'),
  formatVersion: z.literal(1),
  /** When it was signed. */
  at: z.iso.datetime(),
  /** Commit position of the last included event; "-1" for an empty log. */
  position: z.string().regex(/^-?\d+$/),
  events: z.int(),
  streams: z.int(),
  /**
   * SHA-256, in hexadecimal, of the sorted lines `<stream> <last revision> <last link>`, one for
   * each stream.
   */
  root: z.string().length(64),
});
const secondVersion = firstVersion.extend({
  formatVersion: z.literal(2),
  /** Prefixes of the names of the included streams. */
  prefixes: z.array(z.string()),
});
const signature = z.string();
const signedLogRootSchema = z.discriminatedUnion('formatVersion', [
  firstVersion.extend({ signature }).strict(),
  secondVersion.extend({ signature }).strict(),
]);

type RootContent = z.infer<typeof firstVersion> | z.infer<typeof secondVersion>;
export type SignedLogRoot = z.infer<typeof signedLogRootSchema>;

/** The prefixes of version 1, which did not store them. */
const FIRST_PREFIXES = ['cart-', 'order-', 'product-', 'coupon-'];

/** The file is not a signed log root, or another key signed it. */
/** The log is inconsistent, so it is not signed. */
export class UnsoundLogError extends Error {
  override readonly name = 'UnsoundLogError';
}

export class SignedLogRootError extends Error {
  override readonly name = 'SignedLogRootError';
}

/** A new Ed25519 private key, PEM. */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

/** The public key, PEM, for the auditor. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}

type ReadableLog = Pick<EventStore, 'readAll' | 'readStream'>;

interface Endings extends Pick<RootContent, 'events' | 'streams' | 'root' | 'position'> {
  readonly broken: readonly BrokenLink[];
}

/** @param until a position; later events are excluded */
async function endingsOf(
  log: Pick<EventStore, 'readAll'>,
  prefixes: readonly string[],
  until?: bigint,
): Promise<Endings> {
  const check = new ChainCheck();
  try {
    return await endingsBy(check, log, prefixes, until);
  } finally {
    check.close();
  }
}

async function endingsBy(
  check: ChainCheck,
  log: Pick<EventStore, 'readAll'>,
  prefixes: readonly string[],
  until: bigint | undefined,
): Promise<Endings> {
  const broken: BrokenLink[] = [];
  let events = 0;
  let position = -1n;
  for await (const stored of log.readAll({ prefixes })) {
    if (until !== undefined && stored.position > until) break;
    const found = check.check(stored);
    if (found !== undefined) broken.push(found);
    events += 1;
    position = stored.position;
  }
  const root = createHash('sha256');
  let streams = 0;
  for (const [stream, { revision, chain = '' }] of check.endings()) {
    root.update(`${stream} ${revision} ${chain}\n`);
    streams += 1;
  }
  return { events, streams, position: String(position), root: root.digest('hex'), broken };
}

/** All breaks of hash chains in the log. */
export async function brokenLinksOf(
  log: Pick<EventStore, 'readAll'>,
  prefixes: readonly string[],
): Promise<readonly BrokenLink[]> {
  return (await endingsOf(log, prefixes)).broken;
}

/**
 * @throws UnsoundLogError for a log with a broken chain that was not mended: it must not be signed
 */
export async function signLogRoot(
  log: ReadableLog,
  prefixes: readonly string[],
  privateKey: string,
  now: number,
): Promise<SignedLogRoot> {
  const { broken, ...endings } = await endingsOf(log, prefixes);
  const [unsound] = await unmended(log, broken, publicKeyOf(privateKey));
  if (unsound !== undefined) throw new UnsoundLogError(`The log is not sound: ${unsound}`);
  const content: RootContent = {
    format: 'cartograph-log-checkpoint',
    formatVersion: 2,
    at: new Date(now).toISOString(),
    ...endings,
    prefixes: [...prefixes],
  };
  const signature = sign(null, bytesOf(content), createPrivateKey(privateKey)).toString('base64');
  return { ...content, signature };
}

/**
 * The differences from a signed log root, one line each; empty when the log still matches.
 *
 * @param publicKey PEM; mends signed by its private key are trusted
 */
export async function judgeLog(
  log: ReadableLog,
  checkpoint: SignedLogRoot,
  publicKey: string,
): Promise<readonly string[]> {
  const prefixes = checkpoint.formatVersion === 1 ? FIRST_PREFIXES : checkpoint.prefixes;
  const found = await endingsOf(log, prefixes, BigInt(checkpoint.position));
  const differs = (what: 'events' | 'streams' | 'root') =>
    found[what] === checkpoint[what]
      ? []
      : [`${what}: ${found[what]} instead of the signed ${checkpoint[what]}`];
  const unsound = await unmended(log, found.broken, publicKey);
  return [...unsound, ...differs('events'), ...differs('streams'), ...differs('root')];
}

async function unmended(
  log: ReadableLog,
  broken: readonly BrokenLink[],
  publicKey: string,
): Promise<readonly string[]> {
  const judged = await judgeBreaks(log, broken, publicKey);
  return judged.filter(({ verdict }) => verdict !== 'mended').map(({ words }) => words);
}

/** @throws SignedLogRootError */
export function parseSignedLogRoot(text: string): SignedLogRoot {
  const parsed = signedLogRootSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new SignedLogRootError('This is not a signed log root');
  return parsed.data;
}

/** @throws SignedLogRootError */
export function demandSignature({ signature, ...content }: SignedLogRoot, publicKey: string): void {
  if (!verify(null, bytesOf(content), keyOf(publicKey), Buffer.from(signature, 'base64'))) {
    throw new SignedLogRootError('The signed log root was signed by another key, or was changed');
  }
}

/** In the order of the schema, regardless of the order in the file. */
function bytesOf(content: RootContent): Buffer {
  const { format, formatVersion, at, position, events, streams, root } = content;
  const signed = [format, formatVersion, at, position, events, streams, root];
  if (content.formatVersion === 1) return Buffer.from(JSON.stringify(signed));
  return Buffer.from(JSON.stringify([...signed, content.prefixes]));
}

function keyOf(publicKey: string): KeyObject {
  try {
    return createPublicKey(publicKey);
  } catch {
    throw new SignedLogRootError('This is not a PEM public key');
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
