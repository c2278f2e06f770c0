// The connection that reads and subscriptions share. It is replaced when the leader changes and
// when it falls silent. Calls on the old connection end with an error that says so, and their
// callers retry.
import { convertToCommandError } from '@eventstore/db-client';
import type { ReadReqMessage } from 'embedded-eventstoredb/wire';
import type { ReadCall, StoreAccess, StoreClient } from './store-access.js';
import { systemTime, type Time } from '../waiting/time.js';

/** Less than the timeout of a read, so that the read can be retried in time. */
const SILENT_MS = 2_000;

export class ReadConnection {
  private link: ReadLink | undefined;
  private isClosed = false;

  constructor(
    private readonly nodes: StoreAccess,
    private readonly time: Pick<Time, 'background'> = systemTime,
  ) {
    nodes.onMove(() => this.replace(this.link));
  }

  /** Opens a call; `decode` decodes each answer. */
  async open<Answer>(
    request: ReadReqMessage,
    decode: (answer: Uint8Array) => Answer,
  ): Promise<ReadCall<Answer>> {
    if (this.isClosed) throw new Error('The connection for reads was closed');
    this.link ??= new ReadLink(this.nodes.connect());
    const { link } = this;
    const counted = (answer: Uint8Array) => {
      link.answers += 1;
      return decode(answer);
    };
    const client = await link.client;
    const call = await client.readCall(request, counted, this.nodes.callOptions);
    this.watch(link, call);
    return call;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.link?.close();
  }

  /** A link that answers other calls works, however long one call takes. */
  private watch<Answer>(link: ReadLink, call: ReadCall<Answer>): void {
    const { answers } = link;
    const cancelTimer = this.time.background(SILENT_MS, () => {
      if (link.answers === answers) this.replace(link);
    });
    call.once('end', cancelTimer);
    call.once('error', (error: Error) => {
      cancelTimer();
      this.nodes.noteFault(convertToCommandError(error));
    });
  }

  private replace(failed: ReadLink | undefined): void {
    if (failed === undefined || this.link !== failed) return;
    this.link = undefined;
    failed.close().catch(() => undefined);
  }
}

class ReadLink {
  /** Number of answers over this link. */
  answers = 0;

  constructor(readonly client: Promise<StoreClient>) {}

  async close(): Promise<void> {
    // The reads that needed the connection have reported its failure.
    const client = await this.client.catch(() => undefined);
    await client?.disconnect();
  }
}
