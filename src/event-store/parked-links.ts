// The parked events of a persistent subscription: links in a stream of the store's own, whose names
// and metadata are EventStoreDB's.
import type { ResolvedEvent } from '@eventstore/db-client';

/** A parked event; what the log no longer has of it is left empty. */
export interface ParkedLink {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  /** Commit position in `$all`. */
  readonly position: bigint;
  /** In milliseconds since 1970. */
  readonly parkedAt: number;
  /** The consumer's words. */
  readonly reason: string;
}

/** What the server puts before the words of the consumer that parks an event. */
const CLIENT_SAYS = /^Client explicitly NAK'ed message\.\n/;

export function parkedStreamOf(group: string): string {
  return `$persistentsubscription-$all::${group}-parked`;
}

export function parkedLinkOf({ event, link }: ResolvedEvent): ParkedLink {
  const words = reasonIn(link?.metadata);
  return {
    eventId: event?.id ?? link?.id ?? '',
    ...targetOf(link?.data),
    type: event?.type ?? '',
    position: event?.position?.commit ?? 0n,
    parkedAt: link?.created.getTime() ?? 0,
    reason: words.replace(CLIENT_SAYS, ''),
  };
}

/** A link's data is the revision and the stream of its target: `7@order-1`. */
function targetOf(data: unknown): { readonly stream: string; readonly revision: number } {
  const text = data instanceof Uint8Array ? Buffer.from(data).toString() : String(data);
  const [, revision = '0', stream = ''] = /^(\d+)@(.*)$/s.exec(text) ?? [];
  return { stream, revision: Number(revision) };
}

function reasonIn(metadata: unknown): string {
  if (typeof metadata !== 'object' || metadata === null || !('reason' in metadata)) return '';
  return String(metadata.reason);
}
