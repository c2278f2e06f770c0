// A signed event that mends a hash chain which two instances broke by writing at once. It records
// the link that the chain should have over the stored events. The events stay unchanged, and a
// later alteration does not match the signed link.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { type BrokenLink, chained, NO_CHAIN } from '../event-store/chain.js';
import { ConflictError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import { occurredAt } from '../event-store/stored-event.js';
import type { Time } from '../waiting/time.js';

export const MEND_STREAM = 'audit-chain';
export const MEND_TYPE = 'ChainMended';

/** Stored format: change only by adding a version. */
export const mendSchema = z.object({
  stream: z.string(),
  revision: z.int(),
  /** The link that the event stores. */
  chain: z.string(),
  /** The link over the stored events, including this one. */
  link: z.string(),
  /** The proof that no event was altered, or the operator's reason to accept the break. */
  because: z.string(),
  /** True for a computed proof, false for an operator's statement. */
  isProven: z.boolean(),
  at: z.iso.datetime(),
  /** Ed25519, base64. */
  signature: z.string(),
});

export type ChainMend = z.infer<typeof mendSchema>;
type Unsigned = Omit<ChainMend, 'signature'>;

export interface NewMend {
  readonly broken: BrokenLink;
  readonly because: string;
  readonly isProven: boolean;
}

/** The mends in the log, by their place, of any signer. */
export async function readMends(
  log: Pick<EventStore, 'readStream'>,
): Promise<ReadonlyMap<string, ChainMend>> {
  const mends = new Map<string, ChainMend>();
  for await (const { type, data } of log.readStream(MEND_STREAM)) {
    const parsed = mendSchema.safeParse(data);
    if (type === MEND_TYPE && parsed.success) mends.set(placeOf(parsed.data), parsed.data);
  }
  return mends;
}

/** Whether the mend matches this break as it is in the log now. */
export function isAbout(mend: ChainMend, { chain, link }: BrokenLink): boolean {
  return mend.chain === chain && mend.link === link;
}

/** @param publicKey PEM; undefined when none is known */
export function isSignedBy(publicKey: string | undefined, mend: ChainMend): boolean {
  if (publicKey === undefined) return false;
  const signature = Buffer.from(mend.signature, 'base64');
  return verify(null, bytesOf(mend), createPublicKey(publicKey), signature);
}

export function placeOf({ stream, revision }: Pick<BrokenLink, 'stream' | 'revision'>): string {
  return `${stream}@${revision}`;
}

/**
 * Appends all mends or none.
 *
 * @throws ConflictError when another process mends at the same time
 */
export async function appendMends(
  store: Pick<EventStore, 'readStream' | 'append'>,
  mends: readonly NewMend[],
  privateKey: string,
  { operator, time }: { readonly operator: string; readonly time: Pick<Time, 'now' | 'newId'> },
): Promise<void> {
  let end = NO_CHAIN;
  let notBefore = 0;
  for await (const last of store.readStream(MEND_STREAM, { backwards: true, maxCount: 1 })) {
    end = { revision: last.revision, chain: last.metadata.chain };
    notBefore = occurredAt(last);
  }
  const at = new Date(Math.max(time.now(), notBefore)).toISOString();
  const events = mends.map((mend) => ({
    id: time.newId(),
    type: MEND_TYPE,
    data: signed(unsigned(mend, at), privateKey),
    metadata: {
      schemaVersion: 1,
      occurredAt: at,
      actor: { kind: 'operator', subject: operator },
    },
  }));
  const expected = end.revision < 0 ? 'no_stream' : end.revision;
  const { revision } = await store.append(MEND_STREAM, chained(MEND_STREAM, end, events), expected);
  if (revision !== end.revision + events.length) throw new ConflictError(MEND_STREAM, revision);
}

function unsigned({ broken, because, isProven }: NewMend, at: string): Unsigned {
  const { stream, revision, chain, link } = broken;
  if (chain === undefined) throw new RangeError(`${placeOf(broken)} has no link to mend`);
  return { stream, revision, chain, link, because, isProven, at };
}

function signed(mend: Unsigned, privateKey: string): ChainMend {
  const signature = sign(null, bytesOf(mend), createPrivateKey(privateKey)).toString('base64');
  return { ...mend, signature };
}

function bytesOf({ stream, revision, chain, link, because, isProven, at }: Unsigned): Buffer {
  const content = [stream, revision, chain, link, because, isProven, at];
  return Buffer.from(JSON.stringify(['cartograph-chain-mend', 1, ...content]));
}
