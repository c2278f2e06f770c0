// One event of the simulated log, with what is worked out of it once: the bytes that readers are
// given, and what it says where it is a stream's metadata.
import { eventMessage } from '../../../embedded-node/src/wire/read-messages.js';
import type { LoggedEvent, ProposedEvent } from '../../../embedded-node/src/log/logged-event.js';
import { metadataOf, type StreamMetadata } from '../../../embedded-node/src/log/stream-metadata.js';

export class Entry implements LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  private message: Uint8Array | undefined;
  private said: StreamMetadata | undefined;

  constructor(
    readonly position: number,
    readonly stream: string,
    readonly revision: string,
    readonly createdMs: number,
    { id, type, isJson, data, metadata }: ProposedEvent,
  ) {
    this.id = id;
    this.type = type;
    this.isJson = isJson;
    this.data = data;
    this.metadata = metadata;
  }

  /** As a reader is given it, its ids as text. */
  get bytes(): Uint8Array {
    return (this.message ??= eventMessage({ event: this }, false));
  }

  /** What it says of another stream, as an event of that one's metadata. */
  get streamMetadata(): StreamMetadata {
    return (this.said ??= metadataOf(this));
  }
}
