// A catch-up subscription as a node serves it: what lies after a place, the word that it has caught
// up, then what is appended. It is asked for page by page, and says nothing while there is nothing.
import type { ReadRequest } from '../../../embedded-node/src/read/read-request.js';
import { Checkpoints } from '../../../embedded-node/src/subscriptions/checkpoints.js';
import {
  caughtUpMessage,
  checkpointMessage,
  type FilterCheckpoint,
} from '../../../embedded-node/src/wire/read-messages.js';
import type { Entry } from './entry.js';
import type { LogView } from './log-view.js';
import { eventMessage } from './reads.js';
import { AllSource, type Source, StreamSource } from './subscription-source.js';

const CAUGHT_UP = caughtUpMessage();

export class Subscription {
  private readonly source: Source;
  private readonly checkpoints: Checkpoints;
  private isLive = false;

  /** @throws StatusError for a place that it cannot begin at */
  constructor(
    view: LogView,
    private readonly request: ReadRequest,
  ) {
    const { target, filter } = request;
    this.source =
      'all' in target ? new AllSource(view, target.all) : new StreamSource(view, target);
    this.checkpoints = new Checkpoints(filter);
  }

  /**
   * The next page of messages, as bytes; empty where there are no more for now.
   * @throws StatusError, which ends it
   */
  next(view: LogView): readonly Uint8Array[] {
    for (;;) {
      const page = this.page(view);
      if (page.length === 0) return this.caughtUp(view);
      const messages = this.messagesOf(view, page);
      if (messages.length > 0) return messages;
    }
  }

  /**
   * Everything since the last checkpoint, or since the beginning, is given again; false where that
   * is nothing, or cannot be said.
   */
  goBack(): boolean {
    return this.source.goBack();
  }

  private page(view: LogView): readonly Entry[] {
    const { checkpoints, isLive } = this;
    return this.source.next(view, checkpoints.window, isLive, (found) =>
      isLive ? found.length : checkpoints.lengthOf(found),
    );
  }

  private caughtUp(view: LogView): readonly Uint8Array[] {
    if (this.isLive || !this.source.hasBegun(view)) return [];
    this.isLive = true;
    return [CAUGHT_UP];
  }

  private messagesOf(view: LogView, page: readonly Entry[]): readonly Uint8Array[] {
    const { request, checkpoints, isLive, source } = this;
    const { filter } = request;
    const messages: Uint8Array[] = [];
    const tell = (checkpoint: FilterCheckpoint | undefined) => {
      if (checkpoint === undefined) return;
      messages.push(checkpointMessage(checkpoint));
      source.keepPlace();
    };
    for (const entry of page) {
      const isWanted = filter?.wants(entry) !== false;
      if (isWanted) messages.push(eventMessage(view, entry, request, isLive));
      if (isLive && filter !== undefined) tell(checkpoints.afterLive(entry));
    }
    if (!isLive) tell(checkpoints.afterPage(page, source.isAtEnd(view)));
    return messages;
  }
}
