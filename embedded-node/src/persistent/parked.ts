// The parked messages of a group: links to their targets in the group's own stream, until a client
// requests a replay.
import type { Resolved } from '../log/links.js';
import type { LoggedEvent } from '../log/logged-event.js';
import { type EventLog, recordOf } from './ports.js';

const admins = '$admins';
const pageSize = 100;

export class ParkedMessages {
  readonly #log: EventLog;
  readonly stream: string;

  constructor(log: EventLog, id: string) {
    this.#log = log;
    this.stream = `$persistentsubscription-${id}-parked`;
  }

  /** Number of parked messages that were not replayed. */
  get count(): number {
    const first = this.#log.readStream(this.stream, 0n, 1).events[0];
    return first ? Number(this.#log.nextRevision(this.stream) - BigInt(first.revision)) : 0;
  }

  async park(resolved: Resolved, reason: string): Promise<void> {
    await this.#log.append(this.stream, {
      type: '$>',
      isJson: false,
      data: Buffer.from(linkTo(resolved)),
      metadata: Buffer.from(metadataOf(resolved, reason)),
    });
  }

  /** Parked messages below the revision `stopAt`, oldest first; all of them without it. */
  read(stopAt: bigint | undefined): LoggedEvent[] {
    const parked: LoggedEvent[] = [];
    for (let from = 0n; ;) {
      const page = this.#log.readStream(this.stream, from, pageSize);
      parked.push(...page.events);
      if (page.events.length < pageSize) break;
      from = page.next;
    }
    return parked.filter(({ revision }) => stopAt === undefined || BigInt(revision) < stopAt);
  }

  /** Hides the replayed messages; afterwards only admins can read the stream. */
  async forget(last: LoggedEvent): Promise<void> {
    const roles = { $r: admins, $w: admins, $d: admins, $mr: admins, $mw: admins };
    const metadata = { $tb: Number(last.revision) + 1, $acl: roles };
    await this.#log.append(`$$${this.stream}`, {
      type: '$metadata',
      isJson: true,
      data: Buffer.from(JSON.stringify(metadata)),
    });
  }

  async delete(): Promise<void> {
    await this.#log.deleteStream(this.stream);
  }
}

/**
 * In the real server's format: it leaves out the event's number in the subscribed stream when it is
 * 0. A tombstone's number exceeds 2^53, so it is inserted as text.
 */
function metadataOf(resolved: Resolved, reason: string): string {
  const added = new Date().toISOString();
  const fields = [`"added": ${JSON.stringify(added)}`, `"reason": ${JSON.stringify(reason)}`];
  const { revision } = recordOf(resolved);
  if (revision !== '0') fields.push(`"subscriptionEventNumber": ${revision}`);
  return `{\n  ${fields.join(',\n  ')}\n}`;
}

/** A link to the target; a dangling link is kept unchanged. */
function linkTo({ event, link }: Resolved): string | Uint8Array {
  if (event) return `${event.revision}@${event.stream}`;
  return link?.data ?? '';
}
